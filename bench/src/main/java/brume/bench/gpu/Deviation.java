package brume.bench.gpu;

import brume.tensor.Text;
import java.util.Map;

/**
 * How far results lie from those expected.
 *
 * @param relative largest error, relative to the largest value of its tensor; infinite if one of them is
 *     no number
 * @param tensor where it is
 */
record Deviation(double relative, String tensor) {

  private static final double[] NONE = {};

  /** The largest over all tensors. */
  static Deviation between(Map<String, double[]> expected, Map<String, double[]> actual) {
    return between(expected, actual, 0);
  }

  /** The same; a tensor's largest value counts as no less than a part of the largest of all tensors. */
  static Deviation between(
      Map<String, double[]> expected, Map<String, double[]> actual, double part) {
    double ofAll =
        expected.values().stream().mapToDouble(Deviation::largest).max().orElse(0);
    Deviation most = new Deviation(0, "all");
    for (Map.Entry<String, double[]> entry : expected.entrySet()) {
      double[] values = entry.getValue(), others = actual.getOrDefault(entry.getKey(), NONE);
      double error = others.length == values.length ? 0 : Double.POSITIVE_INFINITY;
      for (int i = 0; error < Double.POSITIVE_INFINITY && i < values.length; i++) {
        double difference = Math.abs(others[i] - values[i]);
        error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
      }
      double largest = Math.max(largest(values), part * ofAll);
      double relative = error == 0 || Double.isInfinite(error) ? error : error / largest;
      if (relative > most.relative) {
        most = new Deviation(relative, entry.getKey());
      }
    }
    return most;
  }

  /** Of all that are numbers. */
  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Double.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
    return largest;
  }

  @Override
  public String toString() {
    return Text.of("%.1e (%s)", relative, tensor);
  }
}
