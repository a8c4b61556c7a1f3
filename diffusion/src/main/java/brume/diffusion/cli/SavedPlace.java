package brume.diffusion.cli;

import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Datasets;
import brume.diffusion.exchange.Imported;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.run.SavedModel;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model a command looks at: that of a run, or one from elsewhere. */
final class SavedPlace {

  @Option(names = "--run", paramLabel = "RUN", description = "Folder of the run, or latest.")
  private @Nullable String run;

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      description =
          "Instead of a run: a folder that was exported or saved by diffusers, or a file of its weights.")
  private @Nullable Path from;

  @Option(
      names = "--checkpoint",
      paramLabel = "N",
      description =
          "Step of the run's checkpoint, or best, as evaluations while it learned have it. Default: the newest.")
  private @Nullable String checkpoint;

  @Option(
      names = "--weights",
      paramLabel = "WHICH",
      description =
          "Parameters: raw, average, average: and its rate where a run keeps several, or post-hoc: and"
              + " a width where it keeps snapshots."
              + " Default: average.")
  private @Nullable String weights;

  private @Nullable Imported imported;

  /** The model from elsewhere, if it is one. */
  Optional<Path> from() {
    return Optional.ofNullable(from);
  }

  /** Whether any is named. */
  boolean isNamed() {
    return run != null || from != null;
  }

  /** What to call the option that names the model. */
  String option() {
    return from == null ? "--run" : "--from";
  }

  /** Where a command writes what it is not told to write elsewhere: in the run, or beside the user. */
  Path place(String name) throws IOException {
    return run == null ? Path.of(name) : Sources.folderOf(run).path().resolve(name);
  }

  /**
   * Opens what the model is compared with: the data of the run, the same in another place, or pictures for a
   * model from elsewhere, which has none beside it.
   *
   * @param word what was said of them, null for nothing
   * @param recipe of the model
   */
  Dataset data(@Nullable String word, Recipe recipe) throws IOException {
    Dataset data = settings(word, recipe.data()).open();
    Shape seen = recipe.data().shape();
    Shape got = Shape.of(data.height(), data.width(), data.channels());
    if (!seen.equals(got)) {
      data.close();
      throw new UsageException(
          Text.of("--data: expected samples of %s, as the model draws, got %s", seen, got));
    }
    return data;
  }

  private DataSettings settings(@Nullable String word, DataSettings own) {
    if (from == null) {
      return word == null ? own : Moved.to(word, own);
    }
    if (word == null) {
      throw new UsageException(
          "--data: expected pictures to look at, as a model from elsewhere has none beside it, got nothing");
    }
    return Moved.placed(Datasets.named(word), own);
  }

  /** How the model is used. */
  Recipe recipe() throws IOException {
    UsageException.unless(
        run == null ^ from == null,
        "--run: expected either it or --from, got " + (run == null ? "none" : "both"));
    if (run != null) {
      return Sources.drawing(run);
    }
    Path place = from().orElseThrow();
    UsageException.unless(
        checkpoint == null && weights == null,
        "--from: expected without --checkpoint and --weights, which are of runs, got both");
    Sources.requireNoRun(place);
    imported = Imported.open(place, Optional.empty());
    return imported.recipe();
  }

  /** The network of {@link #recipe()} with its parameters, owned by the innermost scope. */
  Model model(Recipe recipe, Device device) throws IOException {
    return imported == null
        ? SavedModel.load(
            recipe, Sources.checkpointOf(String.valueOf(run), checkpoint), which(), device)
        : Sources.network(from().orElseThrow(), imported, recipe, device);
  }

  /** What samples are drawn from; the innermost scope owns its parameters. */
  Source source(Recipe recipe, Device device) throws IOException {
    return imported == null
        ? Sources.run(String.valueOf(run), recipe, checkpoint, which(), device)
        : Sources.imported(from().orElseThrow(), imported, recipe, device);
  }

  /** Which parameters, raw or an average; of a model from elsewhere, where that is. */
  String which() {
    return from != null ? from.toString() : weights == null ? "average" : weights;
  }
}
