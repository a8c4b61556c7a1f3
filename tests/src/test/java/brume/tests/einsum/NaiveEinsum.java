package brume.tests.einsum;

import java.util.ArrayList;
import java.util.List;

/**
 * An einsum as one loop over all its indices, and its gradients likewise.
 *
 * @param y the result
 * @param dxs gradients of the operands
 * @param scales largest sum of absolute values in the result and in each gradient, what rounding
 *     errors are measured by
 */
record NaiveEinsum(double[] y, List<double[]> dxs, List<Double> scales) {

  static NaiveEinsum of(RandomEinsum einsum, List<double[]> xs, double[] dy) {
    String labels = "Bijkz12".replaceAll("[^" + String.join("", einsum.inputs()) + " ]", "");
    int[] index = new int[labels.length()];
    double[] y = new double[dy.length], bounds = new double[dy.length];
    List<double[]> dxs = new ArrayList<>(), dxBounds = new ArrayList<>();
    for (double[] x : xs) {
      dxs.add(new double[x.length]);
      dxBounds.add(new double[x.length]);
    }
    boolean empty = labels.chars().anyMatch(c -> einsum.sizes().getOrDefault((char) c, 1) == 0);
    for (boolean more = !empty; more; more = advance(index, labels, einsum)) {
      int to = element(einsum.output(), sizes(einsum, einsum.output()), labels, index);
      double product = 1;
      int[] from = new int[xs.size()];
      for (int i = 0; i < from.length; i++) {
        from[i] = element(einsum.inputs().get(i), einsum.shapes().get(i), labels, index);
        product *= xs.get(i)[from[i]];
      }
      y[to] += product;
      bounds[to] += Math.abs(product);
      for (int i = 0; i < from.length; i++) {
        double others = dy[to];
        for (int j = 0; j < from.length; j++) {
          others *= j == i ? 1 : xs.get(j)[from[j]];
        }
        dxs.get(i)[from[i]] += others;
        dxBounds.get(i)[from[i]] += Math.abs(others);
      }
    }
    List<Double> scales = new ArrayList<>();
    scales.add(largest(bounds));
    dxBounds.forEach(bound -> scales.add(largest(bound)));
    return new NaiveEinsum(y, dxs, scales);
  }

  static List<Integer> sizes(RandomEinsum einsum, String labels) {
    return labels
        .chars()
        .mapToObj(c -> einsum.sizes().getOrDefault((char) c, 1))
        .toList();
  }

  private static boolean advance(int[] index, String labels, RandomEinsum einsum) {
    for (int i = index.length - 1; i >= 0; i--) {
      if (++index[i] < einsum.sizes().getOrDefault(labels.charAt(i), 1)) {
        return true;
      }
      index[i] = 0;
    }
    return false;
  }

  private static int element(String axes, List<Integer> shape, String labels, int[] index) {
    int element = 0;
    for (int axis = 0; axis < axes.length(); axis++) {
      int i = shape.get(axis) == 1 ? 0 : index[labels.indexOf(axes.charAt(axis))];
      element = element * shape.get(axis) + i;
    }
    return element;
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, value);
    }
    return largest;
  }
}
