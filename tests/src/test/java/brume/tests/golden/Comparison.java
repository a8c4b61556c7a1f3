package brume.tests.golden;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Collects what a runner computed and how far it lies from the reference. An error counts relative
 * to the largest value of its tensor, not of its element; integers and truth values are exact.
 */
final class Comparison {

  private final GoldenCase expected;
  private final Tolerance tolerance;
  private final Set<String> open;
  private final List<String> complaints = new ArrayList<>();
  private double worst;

  Comparison(GoldenCase expected, Tolerance tolerance) {
    this.expected = expected;
    this.tolerance = tolerance;
    this.open = new LinkedHashSet<>(expected.expected());
  }

  /** Compares numbers in the order of the file. */
  void check(String tensor, double... actual) {
    open.remove(tensor);
    if (expected.entry(tensor).type().isInteger()) {
      checkExactly(tensor, expected.longs(tensor), actual);
      return;
    }
    double[] reference = expected.doubles(tensor);
    if (!hasCount(tensor, reference.length, actual.length)) {
      return;
    }
    double largest = 0, error = 0;
    for (int i = 0; i < reference.length; i++) {
      largest = Double.isFinite(reference[i]) ? Math.max(largest, Math.abs(reference[i])) : largest;
      error = Math.max(error, distance(reference[i], actual[i]));
    }
    double allowed = tolerance.allowed(expected, tensor, largest);
    double relative = largest < Tolerance.ZERO ? error : error / largest;
    worst = Math.max(worst, relative);
    if (!(error <= allowed)) {
      complaints.add(String.format(
          Locale.ROOT,
          "%s: expected an error of at most %.1e, got %.1e (largest value %.3g)",
          tensor,
          allowed,
          error,
          largest));
    }
  }

  /** Compares integers in the order of the file. */
  void check(String tensor, long[] actual) {
    double[] numbers = new double[actual.length];
    for (int i = 0; i < actual.length; i++) {
      numbers[i] = actual[i];
    }
    check(tensor, numbers);
  }

  /** Compares a tensor of the file's own shape and order of axes. */
  void checkAsIs(String tensor, Tensor actual) {
    if (hasShape(tensor, actual.shape().toArray())) {
      check(tensor, actual.toDoubles());
    }
  }

  /** Compares a tensor whose last axis is the second of the file. */
  void check(String tensor, Tensor actual) {
    int[] shape = actual.shape().toArray();
    int[] axes = ChannelsLast.lastToSecond(shape.length);
    if (hasShape(tensor, ChannelsLast.permute(shape, axes))) {
      check(tensor, ChannelsLast.permute(actual.toDoubles(), shape, axes));
    }
  }

  /** Leaves a tensor out that has no meaning here, such as likelihoods in single precision. */
  void skip(String tensor) {
    expected.entry(tensor);
    open.remove(tensor);
  }

  /** The largest error so far, relative, or absolute where the reference is zero throughout. */
  double worst() {
    return worst;
  }

  /** One sentence for each tensor that is wrong or was forgotten. */
  List<String> complaints() {
    List<String> all = new ArrayList<>(complaints);
    open.forEach(tensor -> all.add(tensor + ": expected a result, got none"));
    return all;
  }

  private void checkExactly(String tensor, long[] reference, double[] actual) {
    if (!hasCount(tensor, reference.length, actual.length)) {
      return;
    }
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] != actual[i]) {
        worst = Double.POSITIVE_INFINITY;
        complaints.add(
            Text.of("%s: expected %d at %d, got %s", tensor, reference[i], i, actual[i]));
        return;
      }
    }
  }

  private boolean hasShape(String tensor, int[] actual) {
    return complainUnless(
        Shape.of(expected.shape(tensor)).equals(Shape.of(actual)),
        tensor,
        Shape.of(expected.shape(tensor)),
        Shape.of(actual));
  }

  private boolean hasCount(String tensor, int reference, int actual) {
    return complainUnless(reference == actual, tensor, reference, actual);
  }

  private boolean complainUnless(boolean same, String tensor, Object reference, Object actual) {
    open.remove(tensor);
    if (!same) {
      worst = Double.POSITIVE_INFINITY;
      complaints.add(Text.of("%s: expected %s numbers, got %s", tensor, reference, actual));
    }
    return same;
  }

  /** 0 between equal infinities or two NaN, infinite between a number and none. */
  private static double distance(double reference, double actual) {
    if (Double.compare(reference, actual) == 0) {
      return 0;
    }
    double distance = Math.abs(reference - actual);
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }
}
