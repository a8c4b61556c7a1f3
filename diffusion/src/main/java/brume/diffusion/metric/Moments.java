package brume.diffusion.metric;

import brume.tensor.Text;

/**
 * Mean and covariance of rows of features that come batch by batch. Grows with every {@link #add}.
 *
 * @see <a href="https://doi.org/10.1080/00031305.1983.10483115">Chan, Golub and LeVeque, Algorithms for
 *     Computing the Sample Variance (1983)</a>
 */
public final class Moments {

  private final double[] mean;
  private final double[][] scatter; // Σ (x − mean)(x − mean)ᵀ
  private long count;

  /**
   * Of no rows yet.
   *
   * @param features numbers of a row
   */
  public Moments(int features) {
    if (features < 1) {
      throw new IllegalArgumentException("moments: expected 1 feature or more, got " + features);
    }
    this.mean = new double[features];
    this.scatter = new double[features][features];
  }

  /**
   * The moments of some rows.
   *
   * @param rows features, at least one row
   * @return their moments
   */
  public static Moments of(double[][] rows) {
    Moments moments = new Moments(rows.length == 0 ? 0 : rows[0].length);
    moments.add(rows);
    return moments;
  }

  /**
   * Takes rows into account.
   *
   * @param rows features
   */
  public void add(double[][] rows) {
    for (double[] row : rows) {
      add(row);
    }
  }

  private void add(double[] row) {
    int d = mean.length;
    if (row.length != d) {
      throw new IllegalArgumentException(
          Text.of("moments: expected rows of %d features, got %d", d, row.length));
    }
    count++;
    double[] delta = new double[d];
    for (int i = 0; i < d; i++) {
      delta[i] = row[i] - mean[i];
      mean[i] += delta[i] / count;
    }
    // (x − old mean)(x − new mean)ᵀ, and x − new mean is the first factor times (n − 1)/n.
    double weight = (count - 1.0) / count;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        scatter[i][j] += weight * delta[i] * delta[j];
      }
    }
  }

  /**
   * Number of rows.
   *
   * @return how many were added
   */
  public long count() {
    return count;
  }

  /**
   * Number of features.
   *
   * @return D
   */
  public int features() {
    return mean.length;
  }

  /**
   * The mean.
   *
   * @return (D) a copy
   */
  public double[] mean() {
    return mean.clone();
  }

  /**
   * The covariance of the rows as a sample of more, divided by n − 1.
   *
   * @return (D, D)
   * @throws IllegalStateException if there are fewer than two rows
   */
  public double[][] covariance() {
    return scatterOver(count - 1);
  }

  /**
   * The covariance of the rows as all there are, divided by n.
   *
   * @return (D, D)
   * @throws IllegalStateException if there are no rows
   */
  public double[][] populationCovariance() {
    return scatterOver(count);
  }

  private double[][] scatterOver(long divisor) {
    if (divisor < 1) {
      throw new IllegalStateException(
          "moments: expected more rows before asking for a covariance, got " + count);
    }
    int d = mean.length;
    double[][] covariance = new double[d][d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        covariance[i][j] = scatter[i][j] / divisor;
      }
    }
    return covariance;
  }
}
