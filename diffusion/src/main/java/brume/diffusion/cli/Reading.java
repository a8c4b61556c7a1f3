package brume.diffusion.cli;

import brume.diffusion.pipeline.Wish;
import brume.tensor.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how the text encoders of a folder read what samples shall show. */
final class Reading {

  @Option(
      names = "--prompt-2",
      paramLabel = "TEXT",
      description =
          "With --prompt, as often, and a folder with two text encoders: what the second one"
              + " reads. Default: the same.")
  private List<String> seconds = List.of();

  @Option(
      names = "--clip-skip",
      paramLabel = "N",
      description =
          "With --prompt: layers at the end of the text encoder that are left out. Default: 0.")
  private @Nullable Integer skipped;

  boolean hasSeconds() {
    return !seconds.isEmpty();
  }

  /** The option to read other texts if it is given. */
  String second() {
    return hasSeconds() ? "--prompt-2" : "";
  }

  /** The option to leave out layers if it is given. */
  String skip() {
    return skipped == null ? "" : "--clip-skip";
  }

  /**
   * Refuses another number of texts, and of layers.
   *
   * @param prompts how many texts are drawn in turn
   */
  void check(int prompts) {
    UsageException.unless(
        seconds.isEmpty() || seconds.size() == prompts,
        Text.of(
            "--prompt-2: expected as often as --prompt, %d times, got it %d times",
            prompts, seconds.size()));
    UsageException.unless(
        skipped == null || skipped >= 0, "--clip-skip: expected 0 or more, got " + skipped);
  }

  /** Texts, and how they are read. */
  Wish wish(Wishing texts) {
    return new Wish(texts.prompts(), texts.negatives(), seconds, skipped == null ? 0 : skipped);
  }
}
