package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.recipe.Recipe;
import brume.tensor.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** How long a run lasts, and what that does to its learning rate. */
final class Lengths {

  private static final int USUAL_REWARM = 200; // steps, or a tenth of a short run
  private static final double JUMP = 1.5; // of the learning rate, from which it is worth a word

  private static final Pattern NUMBER = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,18})?)([kKmM]?)");

  private Lengths() {}

  /**
   * How long a run shall last, if not that many steps.
   *
   * @param epochs how often every sample is seen; null if that is not said
   * @param pictures how many samples are seen, such as {@code 200k}; null if that is not said
   */
  record Asked(@Nullable Integer epochs, @Nullable String pictures) {

    /** Whether something is said. */
    boolean isGiven() {
      return epochs != null || pictures != null;
    }

    /** The option that says it. */
    private String option() {
      return epochs == null ? "--pictures" : "--epochs";
    }

    /** Samples that are seen, as a number of those there are or as such. */
    private BigDecimal samples(Dataset data) {
      if (epochs != null) {
        UsageException.unless(epochs >= 1, "--epochs: expected 1 or more, got " + epochs);
        return BigDecimal.valueOf((long) epochs * data.size());
      }
      return number(Objects.requireNonNull(pictures));
    }
  }

  /** What a number with k for thousands or M for millions behind it stands for. */
  static BigDecimal number(String text) {
    Matcher read = NUMBER.matcher(text);
    BigDecimal number = BigDecimal.ZERO;
    if (read.matches()) {
      int digits = read.group(2).isEmpty() ? 0 : read.group(2).equalsIgnoreCase("k") ? 3 : 6;
      number = new BigDecimal(read.group(1)).scaleByPowerOfTen(digits);
    }
    UsageException.unless(
        number.signum() > 0,
        "--pictures: expected a number above 0 such as 50000, 200k or 1.5M, got '" + text + "'");
    return number;
  }

  /**
   * With the number of steps that was asked for in samples, and a warm-up that suits a short run.
   *
   * @param data what is seen in an epoch
   * @param asked nothing for the steps of the recipe
   * @param given the options
   * @param shortens whether a warm-up that nobody asked for gives way to a short run
   */
  static Recipe of(Recipe recipe, Dataset data, Asked asked, ParseResult given, boolean shortens) {
    Recipe lasting = recipe;
    if (asked.isGiven()) {
      UsageException.unless(
          asked.epochs() == null || asked.pictures() == null,
          "--pictures: expected it or --epochs, got both");
      UsageException.unless(
          !given.hasMatchedOption("--steps"),
          asked.option() + ": expected it or --steps, got both");
      BigDecimal perStep = BigDecimal.valueOf(recipe.training().samplesPerStep());
      BigDecimal steps = asked.samples(data).divide(perStep, 0, RoundingMode.CEILING);
      UsageException.unless(
          steps.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0,
          Text.of(
              "%s: expected at most %d steps, got %s",
              asked.option(), Integer.MAX_VALUE, steps.toPlainString()));
      lasting = recipe.with(recipe.training().withSteps(steps.intValueExact()));
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
