package brume.diffusion.cli;

import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Exhibit;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.image.CaptionedGrid;
import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.metric.Metric;
import brume.diffusion.metric.Metrics;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.run.SavedModel;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.settings.Guess;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code brume eval}: how far samples are from the data, by sampler and number of steps. */
@Command(
    name = "eval",
    description = {
      "Draws samples of a run, always of the same noise, and tells how far they are from its data: the less, the"
          + " better.",
      "Features are those of a convolutional network with random weights, so figures can be compared with"
          + " others of the same data and count, not with published ones. With several --samplers or --steps, a"
          + " table and a page of pictures are written."
    },
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {

  private static final String ALL = "all";
  private static final int SHOWN = 8, SHOWN_PIXELS = 256; // of each sampler
  private static final List<Integer> USUAL = List.of(5, 10, 20);

  @Mixin
  private SavedRun saved = new SavedRun();

  @Option(
      names = "--data",
      paramLabel = "WHAT",
      description = "Other data to compare with, of the same kind. Default: those of the run.")
  private @Nullable String data;

  @Option(
      names = "--samplers",
      paramLabel = "LIST",
      description =
          "Samplers by name, with commas between them, or all that go with the run's process."
              + " Default: that of the run.")
  private @Nullable String samplers;

  @Option(
      names = "--steps",
      paramLabel = "LIST",
      description =
          "Numbers of steps, with commas between them. Default: 5,10,20 with --samplers, else"
              + " that of the run.")
  private @Nullable String steps;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      defaultValue = "frechet-distance",
      description = "What to tell: 'brume list metrics' names them. Default: ${DEFAULT-VALUE}.")
  private String metric = "frechet-distance";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "256",
      description = "Samples that are drawn by each sampler. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the samples. Default: that of the run.")
  private @Nullable Long seed;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Where eval.json, eval.md and eval.png are written. Default: eval in the folder of the run.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Mixin
  @SuppressWarnings("unused") // read before the words are parsed
  private Telling.Options telling = new Telling.Options();

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Spec
  private CommandSpec spec;

  /** A way of drawing, with the number of steps that was asked for. */
  private record Way(String name, int steps, Recipe recipe) {

    /** Refuses steps that the process does not have, and ways that do not begin with noise. */
    static Way of(String name, int steps, Recipe recipe) {
      Sampler sampler = recipe.sampler().create(recipe.reverse());
      SettingException.unless(
          sampler.drawsFromNoise(), "{sampler}: expected one that draws from noise, got %s", name);
      return new Way(name, steps, recipe);
    }

    /** With what the model has learned of the process. */
    Sampler sampler(Model model) {
      return recipe.sampler().create(model.reverse(recipe));
    }
  }

  /** What came of it. */
  private record Judged(String sampler, int steps, Map<String, Double> figures, Picture shown) {}

  @Override
  public Integer call() throws IOException {
    Judge.requireEnough(count);
    Metric asked = metric();
    Recipe recipe = Sources.drawing(saved.folder);
    List<Way> ways = ways(recipe);
    Path folder = out == null ? Sources.folderOf(saved.folder).path().resolve("eval") : out;
    UsageException.unless(
        !Files.exists(folder) || Files.isDirectory(folder),
        "--out: expected a folder, got the file " + folder);
    Files.createDirectories(folder);
    Device device = deviceOptions.open();
    List<Judged> all = new ArrayList<>();
    Map<String, Double> ofData;
    ObjectNode report;
    try (Dataset real = compared(recipe).open();
        Scope scope = Scope.open()) {
      Judge judge = new Judge(asked, real, device);
      Model model = SavedModel.load(
          recipe, Sources.checkpointOf(saved.folder, saved.checkpoint), saved.weights, device);
      ofData = judge.ofData(count).orElse(Map.of());
      judge(ways, model, judge, device, all);
      report = report(judge, all, ofData);
    }
    SettingsFile.write(folder.resolve("eval.json"), report);
    String table = table(all, ofData);
    AtomicFile.write(folder.resolve("eval.md"), table.getBytes(StandardCharsets.UTF_8));
    page(all, folder.resolve("eval.png"));
    tell(report, table);
    Telling.say(Text.of("wrote eval.json, eval.md and eval.png in %s", folder));
    return 0;
  }

  private DataSettings compared(Recipe recipe) {
    return data == null ? recipe.data() : Moved.to(data, recipe.data());
  }

  private Metric metric() {
    List<String> names = new ArrayList<>(Metrics.CATALOG.names());
    names.remove("inception-score"); // wants a classifier's logits
    UsageException.unless(
        names.contains(metric),
        Text.of(
            "--metric: expected one of %s, got %s%s",
            String.join(", ", names), metric, Guess.of(metric, names)));
    return Metrics.CATALOG.named(metric).defaults();
  }

  // ---- What is drawn ----------------------------------------------------------------------------

  private List<Way> ways(Recipe recipe) {
    String own = Samplers.CATALOG.of(recipe.sampler()).name();
    if (samplers == null && steps == null) {
      Sampler sampler = recipe.sampler().create(recipe.reverse());
      return List.of(Way.of(own, sampler.steps(), recipe));
    }
    boolean all = ALL.equals(samplers);
    List<String> names = all
        ? Samplers.CATALOG.names()
        : samplers == null ? List.of(own) : Arrays.asList(samplers.split(",", -1));
    List<Way> ways = new ArrayList<>();
    List<String> undefined = new ArrayList<>();
    for (String name : names) {
      UsageException.unless(
          Samplers.CATALOG.names().contains(name),
          Text.of(
              "--samplers: expected all, or some of %s, got %s%s",
              String.join(", ", Samplers.CATALOG.names()),
              name,
              Guess.of(name, Samplers.CATALOG.names())));
      try {
        for (int number : numbersOfSteps()) {
          ways.add(Way.of(name, number, with(recipe, name, number)));
        }
      } catch (IllegalArgumentException misfit) {
        UsageException.unless(all, Text.of("--samplers: %s: %s", name, sentence(misfit)));
        ways.removeIf(way -> way.name().equals(name));
        undefined.add(name);
      }
    }
    if (!undefined.isEmpty()) {
      Telling.say(
          "left out, as this run's process has no such levels: " + String.join(", ", undefined));
    }
    return ways;
  }

  private List<Integer> numbersOfSteps() {
    if (steps == null) {
      return USUAL;
    }
    List<Integer> numbers = new ArrayList<>();
    for (String word : steps.split(",", -1)) {
      boolean whole = word.strip().matches("[1-9][0-9]{0,5}");
      UsageException.unless(
          whole, "--steps: expected numbers from 1 with commas between them, got " + steps);
      numbers.add(Integer.parseInt(word.strip()));
    }
    UsageException.unless(
        numbers.stream().distinct().count() == numbers.size(),
        "--steps: expected each number once, got " + steps);
    return numbers;
  }

  private static Recipe with(Recipe recipe, String sampler, int steps) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.putObject("sampler").put("kind", sampler).put("steps", steps);
    return Recipe.ENGINE.read(tree, recipe).checked();
  }

  private static String sentence(IllegalArgumentException misfit) {
    return misfit instanceof SettingException setting
        ? setting.sentence(name -> name)
        : String.valueOf(misfit.getMessage());
  }

  // ---- Drawing ----------------------------------------------------------------------------------

  private void judge(List<Way> ways, Model model, Judge judge, Device device, List<Judged> into)
      throws IOException {
    List<Drawing> drawings = new ArrayList<>();
    long total = 0;
    for (Way way : ways) {
      Recipe recipe = way.recipe();
      Shape sample = recipe.data().shape();
      Drawing drawing = new Drawing(
          way.sampler(model),
          sample,
          seed == null ? recipe.seed() : seed,
          Drawing.usualBatch(sample));
      drawings.add(drawing);
      total += drawing.stepsFor(Judge.numbers(count), 0);
    }
    try (TerminalProgress progress = new TerminalProgress("judging", 0, total)) {
      long before = 0;
      for (int i = 0; i < ways.size(); i++) {
        Way way = ways.get(i);
        Recipe recipe = way.recipe();
        long done = before;
        Asked told = Asked.inTurn(model, recipe, Classes.named(null, recipe.classes()));
        String what = way.name() + " " + way.steps();
        float[] drawn = drawings
            .get(i)
            .draw(
                told, device, count, (step, of, first, x) -> progress.evenlyAt(done + step, what));
        before += drawings.get(i).stepsFor(Judge.numbers(count), 0);
        Map<String, Double> figures = new LinkedHashMap<>(judge.of(drawn));
        into.add(new Judged(way.name(), way.steps(), figures, shown(recipe, drawn)));
      }
    }
  }

  /** The first few in a row; points all in one plot. */
  private static Picture shown(Recipe recipe, float[] drawn) throws IOException {
    Exhibit exhibit = recipe.data().exhibit();
    if (exhibit.plots()) {
      return exhibit.frame(drawn);
    }
    Shape sample = recipe.data().shape();
    int many = Math.max(1, Math.min(SHOWN, SHOWN_PIXELS / sample.dim(1)));
    float[] some = Arrays.copyOf(drawn, Math.min(many * sample.size(), drawn.length));
    List<Picture> pictures =
        PictureTensor.toPictures(some, sample.dim(0), sample.dim(1), sample.dim(2));
    return ImageGrid.of(pictures).withColumns(pictures.size()).toPicture();
  }

  // ---- Telling ----------------------------------------------------------------------------------

  private ObjectNode report(Judge judge, List<Judged> all, Map<String, Double> ofData) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("metric", metric);
    report.put("features", judge.features());
    report.put("weights", saved.weights);
    report.put("samples", count);
    report.put("real", judge.real());
    ArrayNode rows = report.putArray("judged");
    for (Judged each : all) {
      ObjectNode row = rows.addObject().put("sampler", each.sampler()).put("steps", each.steps());
      put(each.figures(), row.putObject("figures"));
    }
    put(ofData, report.putObject("ofData"));
    return report;
  }

  private static void put(Map<String, Double> figures, ObjectNode into) {
    figures.forEach(into::put);
  }

  /** A row for each sampler, a column for each number of steps, and last the data themselves. */
  private String table(List<Judged> all, Map<String, Double> ofData) {
    Set<Integer> columns = new LinkedHashSet<>();
    Map<String, Map<Integer, String>> rows = new LinkedHashMap<>();
    for (Judged each : all) {
      columns.add(each.steps());
      rows.computeIfAbsent(each.sampler(), name -> new LinkedHashMap<>())
          .put(each.steps(), plain(each.figures()));
    }
    StringBuilder table = new StringBuilder("| sampler |");
    columns.forEach(
        number -> table.append(' ').append(number).append(number == 1 ? " step |" : " steps |"));
    table.append("\n| --- |").append(" --- |".repeat(columns.size())).append('\n');
    rows.forEach((name, cells) -> {
      table.append("| `").append(name).append("` |");
      columns.forEach(
          number -> table.append(' ').append(cells.getOrDefault(number, "")).append(" |"));
      table.append('\n');
    });
    if (!ofData.isEmpty()) {
      table.append("| the data themselves | ").append(plain(ofData)).append(" |");
      table.append(" |".repeat(columns.size() - 1)).append('\n');
    }
    return table.toString();
  }

  private static String plain(Map<String, Double> figures) {
    List<String> words = new ArrayList<>();
    figures.values().forEach(value -> words.add(String.format(Locale.ROOT, "%.3f", value)));
    return String.join(", ", words);
  }

  private static void page(List<Judged> all, Path file) throws IOException {
    List<Picture> pictures = all.stream().map(Judged::shown).toList();
    List<String> captions = all.stream()
        .map(each -> Text.of("%s, %d: %s", each.sampler(), each.steps(), plain(each.figures())))
        .toList();
    long columns = all.stream().map(Judged::steps).distinct().count();
    new CaptionedGrid(pictures, captions, (int) columns, 1).write(file);
  }

  private void tell(ObjectNode report, String table) {
    PrintWriter to = spec.commandLine().getOut();
    if (Telling.isJson()) {
      Telling.event("result", line -> line.setAll(report));
    } else if (json) {
      to.print(SettingsFile.text(report));
    } else {
      to.print(table);
    }
    to.flush();
  }
}
