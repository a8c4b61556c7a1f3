package brume.autograd.function.loss;

import brume.tensor.Shape;
import brume.tensor.Text;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How class numbers become the target distributions of {@link CrossEntropy}. With weights w, smoothing
 * s and C classes, a label k becomes
 *
 * <pre>
 *   q[c] = w[c]·((1 − s)·[c = k] + s/C)
 * </pre>
 *
 * and an ignored label becomes zeros.
 *
 * @param weights one for each class
 * @param smoothing what is spread over all classes, from 0 to 1
 * @param ignored label of positions that do not count
 */
public record Labeling(List<Double> weights, double smoothing, int ignored) {

  private static final int IGNORED = -100; // as cross_entropy of PyTorch has it

  /**
   * Keeps a copy and refuses smoothing outside of 0 to 1. {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code smoothing} is outside of 0 to 1
   */
  public Labeling {
    weights = List.copyOf(weights);
    if (!(smoothing >= 0 && smoothing <= 1)) {
      throw new IllegalArgumentException(
          "labeling: expected smoothing from 0 to 1, got " + smoothing);
    }
  }

  /**
   * Classes of equal weight, no smoothing, −100 for positions that do not count.
   *
   * @param classes their number
   * @return the rule
   */
  public static Labeling of(int classes) {
    return new Labeling(Collections.nCopies(classes, 1.0), 0, IGNORED);
  }

  /**
   * The same rule with other weights.
   *
   * @param weights one for each class
   * @return the rule
   */
  public Labeling weighted(double... weights) {
    return new Labeling(DoubleStream.of(weights).boxed().toList(), smoothing, ignored);
  }

  /**
   * The same rule with smoothing.
   *
   * @param smoothing what is spread over all classes, from 0 to 1
   * @return the rule
   */
  public Labeling smoothed(double smoothing) {
    return new Labeling(weights, smoothing, ignored);
  }

  /**
   * The same rule with another label that does not count.
   *
   * @param ignored label of positions that do not count
   * @return the rule
   */
  public Labeling ignoring(int ignored) {
    return new Labeling(weights, smoothing, ignored);
  }

  /**
   * The target distributions.
   *
   * @param labels class numbers, or the ignored label
   * @return one after the other, one number per class each
   * @throws IllegalArgumentException if a label is not a class
   */
  public double[] distributions(int... labels) {
    int classes = weights.size();
    double[] q = new double[Shape.product(labels.length, classes)];
    for (int i = 0; i < labels.length; i++) {
      if (counts(labels[i])) {
        for (int c = 0; c < classes; c++) {
          double share = smoothing / classes + (c == labels[i] ? 1 - smoothing : 0);
          q[i * classes + c] = weights.get(c) * share;
        }
      }
    }
    return q;
  }

  /**
   * What the sum of the losses is divided by to get their mean.
   *
   * @param labels class numbers, or the ignored label
   * @return sum of the weights of the labels that count
   * @throws IllegalArgumentException if a label is not a class
   */
  public double totalWeight(int... labels) {
    double total = 0;
    for (int label : labels) {
      total += counts(label) ? weights.get(label) : 0;
    }
    return total;
  }

  private boolean counts(int label) {
    if (label != ignored && (label < 0 || label >= weights.size())) {
      throw new IllegalArgumentException(Text.of(
          "labeling: expected labels from 0 to %d, or %d to ignore, got %d",
          weights.size() - 1, ignored, label));
    }
    return label != ignored;
  }
}
