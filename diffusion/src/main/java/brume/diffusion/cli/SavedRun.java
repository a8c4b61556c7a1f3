package brume.diffusion.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which parameters of which run a command looks at. */
final class SavedRun {

  @Option(
      names = "--run",
      paramLabel = "RUN",
      required = true,
      description = "Folder of the run, or latest.")
  String folder = "";

  @Option(
      names = "--checkpoint",
      paramLabel = "N",
      description =
          "Step of the run's checkpoint, or best, as evaluations while it learned have it. Default: the newest.")
  @Nullable
  String checkpoint;

  @Option(
      names = "--weights",
      paramLabel = "WHICH",
      defaultValue = "average",
      description =
          "Parameters: raw, average, average: and its rate where a run keeps several, or post-hoc: and"
              + " a width where it keeps snapshots."
              + " Default: ${DEFAULT-VALUE}.")
  String weights = "average";
}
