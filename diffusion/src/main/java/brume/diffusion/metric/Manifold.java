package brume.diffusion.metric;

import brume.tensor.Text;
import java.util.Arrays;

/** The part of feature space that samples fill: a ball around each, out to its k-th neighbor. */
public final class Manifold {

  private final Rounding rounding;
  private final double[][] points;
  private final double[] radii;

  private Manifold(Rounding rounding, double[][] points, double[] radii) {
    this.rounding = rounding;
    this.points = points;
    this.radii = radii;
  }

  /**
   * Draws a ball around every sample.
   *
   * @param rows (N, D) features of samples
   * @param k number of the neighbor on the surface, the sample itself not counted; less than N
   * @param rounding of features and radii
   * @return the balls
   */
  public static Manifold of(double[][] rows, int k, Rounding rounding) {
    if (k < 1 || k >= rows.length) {
      throw new IllegalArgumentException(Text.of(
          "manifold: expected k from 1 to %d (one less than the samples), got %d",
          rows.length - 1, k));
    }
    Features.requireAlike("manifold", rows, rows);
    int n = rows.length;
    double[][] points = new double[n][];
    for (int i = 0; i < n; i++) {
      points[i] = Arrays.stream(rows[i]).map(rounding::of).toArray();
    }
    double[] radii = new double[n];
    double[] distances = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        distances[j] = distance(points[i], points[j]);
      }
      Arrays.sort(distances); // the sample itself comes first
      radii[i] = rounding.of(distances[k]);
    }
    return new Manifold(rounding, points, radii);
  }

  /**
   * Which samples lie in it, on a surface at least.
   *
   * @param samples of the same features
   * @return whether each is in one of the balls
   */
  public boolean[] contains(Manifold samples) {
    Features.requireAlike("manifold", points, samples.points);
    boolean[] contains = new boolean[samples.points.length];
    for (int i = 0; i < contains.length; i++) {
      contains[i] = contains(samples.points[i]);
    }
    return contains;
  }

  /** How many points lie within each ball, not on its surface. */
  int[] countsWithin(double[][] others) {
    Features.requireAlike("manifold", points, others);
    int[] counts = new int[points.length];
    for (int i = 0; i < counts.length; i++) {
      for (double[] other : others) {
        counts[i] += distance(points[i], other) < radii[i] ? 1 : 0;
      }
    }
    return counts;
  }

  private boolean contains(double[] point) {
    for (int j = 0; j < points.length; j++) {
      if (rounding.of(distance(point, points[j])) <= radii[j]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Radius of each ball.
   *
   * @return (N) a copy
   */
  public double[] radii() {
    return radii.clone();
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
