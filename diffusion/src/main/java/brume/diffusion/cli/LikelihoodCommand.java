package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Likelihood;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code brume likelihood}: bits per dimension. */
@Command(
    name = "likelihood",
    description = {
      "Bounds how likely pictures are to a run's model, in bits per dimension: the mean over some pictures with"
          + " its standard error, and the parts it is made of.",
      "Every picture is looked at once for each of the process's steps. A model that knows classes is told"
          + " that of each picture."
    },
    sortOptions = false)
final class LikelihoodCommand implements Callable<Integer> {

  @Mixin
  private SavedPlace saved = new SavedPlace();

  @Option(
      names = "--data",
      paramLabel = "WHAT",
      description = "Other data: of the same kind than those of a run, of any kind with --from.")
  private @Nullable String data;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures, from the first one. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures looked at at once. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--json", description = "Print JSON, with the term of every time.")
  private boolean json;

  @Mixin
  @SuppressWarnings("unused") // read before the words are parsed
  private Telling.Options telling = new Telling.Options();

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Recipe recipe = saved.recipe();
    Bits.requirePixels(saved.option(), recipe);
    try (Dataset pictures = saved.data(data, recipe)) {
      look(recipe, pictures);
    }
    return 0;
  }

  private void look(Recipe recipe, Dataset pictures) throws IOException {
    Bits.requireSameClasses(recipe, pictures);
    UsageException.unless(
        count >= 1 && count <= pictures.size(),
        Text.of(
            "--count: expected 1 to %d (the pictures there are), got %d", pictures.size(), count));
    UsageException.unless(batch >= 1, "--batch: expected 1 or more, got " + batch);
    Device device = deviceOptions.open();
    try (Scope scope = Scope.open()) {
      tell(new Bits(saved.option(), recipe, saved.model(recipe, device), pictures, device)
          .of(count, batch));
    }
  }

  private void tell(Likelihood bits) {
    PrintWriter out = spec.commandLine().getOut();
    int steps = bits.terms().length;
    if (json || Telling.isJson()) {
      ObjectNode figures = JsonNodeFactory.instance.objectNode();
      figures.put("samples", bits.samples());
      figures.put("bits_per_dimension", bits.mean());
      figures.put("standard_error", bits.standardError());
      figures.put("prior", bits.prior());
      Arrays.stream(bits.terms()).forEach(figures.putArray("terms")::add);
      if (Telling.isJson()) {
        Telling.event("result", line -> line.setAll(figures));
      } else {
        out.print(SettingsFile.text(figures));
      }
    } else {
      out.printf(
          Locale.ROOT,
          "%.4f bits per dimension (standard error %.4f, %d pictures)%n",
          bits.mean(),
          bits.standardError(),
          bits.samples());
      out.printf(Locale.ROOT, "  decoder  %.4f  (time 0)%n", bits.terms()[0]);
      for (int quarter = 0; quarter < 4; quarter++) {
        int from = Math.max(1, steps * quarter / 4), to = steps * (quarter + 1) / 4;
        double sum = Arrays.stream(bits.terms(), from, to).sum();
        out.printf(Locale.ROOT, "  steps    %.4f  (times %d to %d)%n", sum, from, to - 1);
      }
      out.printf(Locale.ROOT, "  prior    %.4f%n", bits.prior());
    }
    out.flush();
  }
}
