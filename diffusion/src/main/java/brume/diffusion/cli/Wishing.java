package brume.diffusion.cli;

import brume.diffusion.pipeline.Wish;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.tensor.Text;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/** Options of what samples shall show, in words. */
final class Wishing {

  private static final int SHOWN = 60; // characters of a text in a message

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What samples shall show, for a model that draws what texts say. Given several times,"
              + " one text after the other is drawn. Default: none.")
  private List<String> prompts = List.of();

  @Option(
      names = "--negative-prompt",
      paramLabel = "TEXT",
      description =
          "With --prompt: what samples shall not show; once for all prompts, or as often as"
              + " --prompt. Default: the empty text.")
  private List<String> negatives = List.of();

  private boolean read;

  /** Looks at the recipe of a run, which may be told texts, or what another run draws of them. */
  void looksAt(Recipe recipe) {
    read =
        recipe.condition().texts().isPresent() || recipe.condition().drawnBy().isPresent();
  }

  /** Whether a run was looked at that may be told texts. */
  boolean areRead() {
    return read;
  }

  /** What is drawn in turn. */
  List<String> prompts() {
    return prompts;
  }

  List<String> negatives() {
    return negatives;
  }

  boolean hasNegatives() {
    return !negatives.isEmpty();
  }

  /** How many texts are drawn in turn. */
  int turn() {
    return Math.max(1, prompts.size());
  }

  /** The first option that is given, or none. */
  String given() {
    return !prompts.isEmpty() ? "--prompt" : hasNegatives() ? "--negative-prompt" : "";
  }

  /** Refuses other numbers of texts. */
  void check() {
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
    return new Wish(prompts, negatives, List.of(), 0);
  }

  /**
   * A run that is told the texts in turn, or what another run draws of them.
   *
   * @param source the run
   * @param seed of what the other run draws
   * @return as samplers see it
   */
  Asked asked(Source source, long seed) {
    boolean reads = source.model().encoders().readsTexts();
    UsageException.unless(
        reads == !prompts.isEmpty(),
        reads
            ? "--run: expected with --prompt TEXT, as this run draws what a text says, got none"
            : "--prompt: expected a run that draws what a text says, got another");
    return asked(
        source,
        (wanted, unwanted) -> Asked.told(source.model(), source.recipe(), wanted, unwanted, seed));
  }

  /**
   * A run that is told the texts in turn.
   *
   * @param source the run
   * @param way makes of texts that are wanted and those to be led away from what samplers see
   * @return as samplers see it
   */
  Asked asked(Source source, BiFunction<List<String>, List<String>, Asked> way) {
    requireLed(source.recipe().guidance().asksTwice());
    source.model().encoders().texts().ifPresent(texts -> tellCut(texts::cut));
    return way.apply(prompts, prompts.isEmpty() ? List.of() : wish().opposites());
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
