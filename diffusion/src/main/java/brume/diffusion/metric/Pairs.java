package brume.diffusion.metric;

import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * All pairs of rows of two sets, in blocks that stay in a core's cache and on all cores. Whatever is told of
 * one row of the first set is told by one thread, in the order of the second set.
 */
final class Pairs {

  private static final int ROWS = 16, OTHERS = 128; // of a block

  private Pairs() {}

  /** Takes a figure of a pair. */
  @FunctionalInterface
  interface Taker {
    void take(int i, int j, double figure);
  }

  /** Tells Σ (a − b)² of each pair. */
  static void squaredDistances(double[][] first, double[][] second, Taker taker) {
    each(first, second, false, Pairs::squaredDistance, taker);
  }

  /** Tells Σ a·b of each pair. */
  static void products(double[][] first, double[][] second, Taker taker) {
    each(first, second, false, Pairs::product, taker);
  }

  /** Tells Σ a·b of each pair i &lt; j of one set. */
  static void productsWithin(double[][] rows, Taker taker) {
    each(rows, rows, true, Pairs::product, taker);
  }

  private static void each(
      double[][] first,
      double[][] second,
      boolean later,
      ToDoubleBiFunction<double[], double[]> figure,
      Taker taker) {
    IntStream.range(0, (first.length + ROWS - 1) / ROWS).parallel().forEach(block -> {
      int from = block * ROWS, to = Math.min(from + ROWS, first.length);
      for (int others = 0; others < second.length; others += OTHERS) {
        int end = Math.min(others + OTHERS, second.length);
        for (int i = from; i < to; i++) {
          for (int j = later ? Math.max(others, i + 1) : others; j < end; j++) {
            taker.take(i, j, figure.applyAsDouble(first[i], second[j]));
          }
        }
      }
    });
  }

  /** Four sums at once, since each waits for its last addition. */
  private static double squaredDistance(double[] a, double[] b) {
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      double d0 = a[i] - b[i], d1 = a[i + 1] - b[i + 1];
      double d2 = a[i + 2] - b[i + 2], d3 = a[i + 3] - b[i + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < a.length; i++) {
      s0 += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return s0 + s1 + (s2 + s3);
  }

  private static double product(double[] a, double[] b) {
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }
}
