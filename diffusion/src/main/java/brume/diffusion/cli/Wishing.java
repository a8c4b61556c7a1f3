package brume.diffusion.cli;

import brume.diffusion.pipeline.Wish;
import brume.tensor.Text;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what samples shall show, in words. */
final class Wishing {

  private static final int SHOWN = 60; // characters of a text in a message

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What samples shall show, for a run or a folder that draws texts. Given several times,"
              + " one text after the other is drawn. Default: none.")
  private List<String> prompts = List.of();

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      description =
          "With --prompt: what samples shall not show; once for all prompts, or as often as"
              + " --prompt. Default: the empty text.")
  private List<String> negatives = List.of();

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

  /** What is drawn in turn. */
  List<String> prompts() {
    return prompts;
  }

  boolean hasNegatives() {
    return !negatives.isEmpty();
  }

  boolean hasSeconds() {
    return !seconds.isEmpty();
  }

  /** The first option that is given, or none. */
  String given() {
    return !prompts.isEmpty()
        ? "--prompt"
        : !negatives.isEmpty() ? "--negative-prompt" : !seconds.isEmpty() ? "--prompt-2" : skip();
  }

  /** The option to leave out layers if it is given. */
  String skip() {
    return skipped == null ? "" : "--clip-skip";
  }

  /** Refuses other numbers of texts, and of layers. */
  void check() {
    UsageException.unless(
        seconds.isEmpty() || seconds.size() == prompts.size(),
        Text.of(
            "--prompt-2: expected as often as --prompt, %d times, got it %d times",
            prompts.size(), seconds.size()));
    UsageException.unless(
        skipped == null || skipped >= 0, "--clip-skip: expected 0 or more, got " + skipped);
    UsageException.unless(
        negatives.size() < 2 || negatives.size() == prompts.size(),
        Text.of(
            "--negative-prompt: expected once, or as often as --prompt, %d times, got it %d times",
            prompts.size(), negatives.size()));
  }

  /** Refuses texts to be led away from where nothing is led. */
  void requireLed(boolean isLed) {
    UsageException.unless(
        isLed || negatives.isEmpty(),
        "--negative-prompt: expected with --guidance above 1, which leads away from it, got none");
  }

  /** All of it. */
  Wish wish() {
    return new Wish(prompts, negatives, seconds, skipped == null ? 0 : skipped);
  }

  /** What tells samples of other texts apart. */
  String fingerprint() {
    return prompts.isEmpty() ? "" : ", " + wish();
  }

  /** Tells of texts that are too long. */
  void tellCut(ToIntFunction<String> lost) {
    tellCut(lost, "--prompt", prompts);
    tellCut(lost, "--negative-prompt", negatives);
  }

  private static void tellCut(ToIntFunction<String> lost, String option, List<String> texts) {
    for (String text : texts) {
      int cut = lost.applyAsInt(text);
      if (cut > 0) {
        Telling.warn(Text.of(
            "%s: the last %d tokens of '%s' are not seen, as the text is too long for the model",
            option, cut, Text.shown(text, SHOWN)));
      }
    }
  }
}
