package brume.diffusion.image;

import java.util.Arrays;

/** The finite losses of a run with their steps and their running mean. */
final class LossCurve {
  private static final int MOST_POINTS = 2000; // more than a plot has pixels across
  private static final int MEAN_SHARE = 50; // the mean forgets over a 50th of the run

  private final double[] steps;
  private final double[] losses;
  private final double[] means;

  private LossCurve(double[] steps, double[] losses, double[] means) {
    this.steps = steps;
    this.losses = losses;
    this.means = means;
  }

  /**
   * Leaves out what is not finite and averages the rest.
   *
   * @param steps at which step each loss was taken
   * @param losses as many losses
   * @return the curve, maybe of no point
   * @throws IllegalArgumentException if there are more steps than losses or fewer
   */
  static LossCurve of(long[] steps, double[] losses) {
    if (steps.length != losses.length) {
      throw new IllegalArgumentException("loss plot: expected one step for each loss, got "
          + steps.length + " steps and " + losses.length + " losses");
    }
    double[] finiteSteps = new double[steps.length];
    double[] finite = new double[steps.length];
    int count = 0;
    for (int i = 0; i < losses.length; i++) {
      if (Double.isFinite(losses[i])) {
        finiteSteps[count] = steps[i];
        finite[count++] = losses[i];
      }
    }
    finite = Arrays.copyOf(finite, count);
    return new LossCurve(Arrays.copyOf(finiteSteps, count), finite, runningMeans(finite));
  }

  /**
   * Averages exponentially, dividing by the weights so far, so that the first mean is the first
   * loss (Kingma and Ba, Adam, 2015, section 3).
   */
  private static double[] runningMeans(double[] losses) {
    double decay = 1 - 1 / Math.max(1.0, (double) losses.length / MEAN_SHARE);
    double[] means = new double[losses.length];
    double sum = 0; // Σ decay^(i-j) loss[j]
    double weight = 0; // Σ decay^(i-j)
    for (int i = 0; i < losses.length; i++) {
      sum = decay * sum + losses[i];
      weight = decay * weight + 1;
      means[i] = sum / weight;
    }
    return means;
  }

  int length() {
    return losses.length;
  }

  double[] steps() {
    return steps.clone();
  }

  double[] losses() {
    return losses.clone();
  }

  double[] means() {
    return means.clone();
  }

  /**
   * Tells whether a logarithmic axis shows more.
   *
   * @return whether all losses are positive and their means span a factor of ten
   */
  boolean spansDecade() {
    double least = Arrays.stream(means).min().orElse(1);
    double most = Arrays.stream(means).max().orElse(1);
    return Arrays.stream(losses).allMatch(loss -> loss > 0) && most >= 10 * least;
  }

  /**
   * Tells whether an axis from step 0 wastes little room.
   *
   * @return whether the first step lies in the first half of all steps up to the last
   */
  boolean beginsEarly() {
    return steps[0] >= 0 && 2 * steps[0] <= steps[steps.length - 1];
  }

  /**
   * Drops points that a plot cannot show: of every stretch of steps the least and the greatest loss
   * stay, so that peaks do.
   *
   * @return at most about 2000 points
   */
  LossCurve thinned() {
    int stretch = (2 * losses.length + MOST_POINTS - 1) / MOST_POINTS;
    if (stretch <= 2) {
      return this;
    }
    int[] kept = new int[2 * ((losses.length + stretch - 1) / stretch)];
    for (int n = 0; n < kept.length; n += 2) {
      int from = n / 2 * stretch;
      int least = from;
      int most = from;
      for (int i = from; i < Math.min(from + stretch, losses.length); i++) {
        least = losses[i] < losses[least] ? i : least;
        most = losses[i] > losses[most] ? i : most;
      }
      kept[n] = Math.min(least, most);
      kept[n + 1] = Math.max(least, most);
    }
    return new LossCurve(pick(steps, kept), pick(losses, kept), pick(means, kept));
  }

  private static double[] pick(double[] values, int[] indices) {
    return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
  }
}
