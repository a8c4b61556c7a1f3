package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.recipe.Recipe;
import brume.tensor.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** How long a run lasts, and what that does to its learning rate. */
final class Lengths {

  private static final int USUAL_REWARM = 200; // steps, or a tenth of a short run
  private static final double JUMP = 1.5; // of the learning rate, from which it is worth a word

  private Lengths() {}

  /**
   * With the number of steps that was asked for in epochs, and a warm-up that suits a short run.
   *
   * @param data what is seen in an epoch
   * @param epochs null for the steps of the recipe
   * @param given the options
   * @param shortens whether a warm-up that nobody asked for gives way to a short run
   */
  static Recipe of(
      Recipe recipe, Dataset data, @Nullable Integer epochs, ParseResult given, boolean shortens) {
    Recipe lasting = recipe;
    if (epochs != null) {
      UsageException.unless(epochs >= 1, "--epochs: expected 1 or more, got " + epochs);
      UsageException.unless(
          !given.hasMatchedOption("--steps"), "--epochs: expected it or --steps, got both");
      long samples = (long) epochs * data.size(), perStep = recipe.training().samplesPerStep();
      long steps = (samples + perStep - 1) / perStep;
      UsageException.unless(
          steps <= Integer.MAX_VALUE,
          Text.of("--epochs: expected at most %d steps, got %d", Integer.MAX_VALUE, steps));
      lasting = recipe.with(recipe.training().withSteps((int) steps));
    }
    if (shortens && !given.hasMatchedOption("--warmup")) {
      int tenth = lasting.training().steps() / 10;
      lasting = lasting.withWarmup(Math.min(lasting.rate().warmup(), tenth));
    }
    return lasting;
  }

  static void warnOfLongWarmup(Recipe recipe) {
    int steps = recipe.training().steps(), warmup = recipe.rate().warmup();
    if (warmup >= steps) {
      Telling.warn(Text.of(
          "--warmup: expected fewer than the %d of --steps, got %d, so the learning rate stays small"
              + " and little is learned; lower --warmup",
          steps, warmup));
    }
  }

  /** A longer run has another learning rate at the same step; nobody should find that out later. */
  static void tellOfRate(Recipe before, Recipe now, int done) {
    if (done == 0 || done >= now.training().steps() || now.training().rewarm() > 0) {
      return;
    }
    double then = before.learningRate().at(done - 1), next = now.learningRate().at(done);
    if (next > JUMP * then) {
      Telling.warn(Text.of(
          "the learning rate goes from %.3g to %.3g at once, as --steps is now %,d; --rewarm %4$d lets"
              + " it grow over %4$d steps",
          then,
          next,
          now.training().steps(),
          Math.max(1, Math.min(USUAL_REWARM, (now.training().steps() - done) / 10))));
    }
  }
}
