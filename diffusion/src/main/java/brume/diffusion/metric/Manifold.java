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
    double[][] nearest = new double[n][k]; // squared distances, the least first
    for (double[] row : nearest) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    Pairs.squaredDistances(points, points, (i, j, squared) -> {
      if (i != j) {
        insert(squared, nearest[i]);
      }
    });
    double[] radii = new double[n];
    Arrays.setAll(radii, i -> rounding.of(Math.sqrt(nearest[i][k - 1])));
    return new Manifold(rounding, points, radii);
  }

  /** Keeps the least in order. */
  private static void insert(double squared, double... least) {
    int at = least.length;
    while (at > 0 && least[at - 1] > squared) {
      at--;
    }
    if (at < least.length) {
      System.arraycopy(least, at, least, at + 1, least.length - at - 1);
      least[at] = squared;
    }
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
    Pairs.squaredDistances(
        samples.points,
        points,
        (i, j, squared) -> contains[i] |= rounding.of(Math.sqrt(squared)) <= radii[j]);
    return contains;
  }

  /** How many points lie within each ball, not on its surface. */
  int[] countsWithin(double[][] others) {
    Features.requireAlike("manifold", points, others);
    int[] counts = new int[points.length];
    Pairs.squaredDistances(
        points, others, (i, j, squared) -> counts[i] += Math.sqrt(squared) < radii[i] ? 1 : 0);
    return counts;
  }

  /**
   * Radius of each ball.
   *
   * @return (N) a copy
   */
  public double[] radii() {
    return radii.clone();
  }
}
