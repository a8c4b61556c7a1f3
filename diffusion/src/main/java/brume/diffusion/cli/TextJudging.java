package brume.diffusion.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Pictures that are judged one by one, by what texts say, and the options of that. */
final class TextJudging {

  private static final String SHAPES = "shapes", CLIP = "clip"; // metrics of their own

  @Option(
      names = "--clip",
      paramLabel = "FOLDER",
      description = "Folder of CLIP, which --metric clip asks. Default: none.")
  private @Nullable Path clip;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "Text that pictures are drawn of for --metric clip; several are drawn in turn. Default: the captions of"
              + " the data.")
  private @Nullable List<String> prompts;

  /** Whether a metric looks at pictures one by one. */
  static boolean judgesBy(@Nullable String metric) {
    return metric != null && Set.of(SHAPES, CLIP).contains(metric);
  }

  /** Refuses texts for a metric that reads none. */
  void requireUnused(@Nullable String metric) {
    UsageException.unless(
        clip == null && prompts == null,
        "--metric: expected clip with --clip and --prompt, got "
            + (metric == null ? "none" : metric));
  }

  /**
   * Refuses what says how to draw where nothing is drawn.
   *
   * @param saved a model
   * @param samples a place of pictures; null for the model
   * @param seed of what is drawn; null if none is given
   */
  void requireFitting(SavedPlace saved, @Nullable String samples, @Nullable Long seed) {
    UsageException.unless(
        samples == null || !saved.isNamed() && seed == null && prompts == null,
        "--samples: expected without --run, --from, --seed and --prompt, as nothing is drawn, got both");
  }

  /**
   * Judges pictures that a model draws, or those of a place.
   *
   * @param metric shapes or clip
   * @param saved the model
   * @param samples the place; null for the model
   * @param count how many pictures
   * @param seed of what is drawn; null for that of the run
   * @param device where
   * @param folder where it is written
   */
  Told judged(
      String metric,
      SavedPlace saved,
      @Nullable String samples,
      int count,
      @Nullable Long seed,
      DeviceOptions device,
      Path folder)
      throws IOException {
    TextTrials trials = new TextTrials(
        saved, samples == null ? null : Path.of(samples), prompts, count, seed, device);
    if (metric.equals(SHAPES)) {
      UsageException.unless(
          clip == null && prompts == null,
          "--metric: expected shapes without --clip and --prompt, got both");
      ShapeTrial trial = trials.shapes();
      Files.createDirectories(folder);
      String written = trial.write(folder, samples == null ? saved.recipe() : null);
      return new Told(trial.report(), trial.table(), written);
    }
    if (clip == null) {
      throw new UsageException(
          "--metric: expected clip with --clip FOLDER, which it asks, got none");
    }
    ClipTrial trial = trials.clip(clip);
    Files.createDirectories(folder);
    trial.write(folder);
    return new Told(trial.report(), trial.table(), "eval.json");
  }
}
