package brume.diffusion.cli;

import brume.diffusion.exchange.Imported;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.run.SavedModel;
import brume.tensor.Device;
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
      description = "Step of the run's checkpoint. Default: the newest.")
  private @Nullable Integer checkpoint;

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

  /** What to call the option that names the model. */
  String option() {
    return from == null ? "--run" : "--from";
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

  private String which() {
    return weights == null ? "average" : weights;
  }
}
