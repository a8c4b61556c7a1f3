package brume.diffusion.metric;

import brume.tensor.Text;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The distance of two normal distributions, and of samples whose features are taken for such:
 *
 * <pre>
 *   d² = |μ₁ − μ₂|² + tr(C₁ + C₂ − 2·(C₁·C₂)^½)
 *   tr (C₁·C₂)^½ = Σ singular values of C₁^½·C₂^½
 * </pre>
 *
 * <p>The singular values exist whatever the rank of the covariances; the square root of their product,
 * which is not symmetric, need not.
 *
 * @see <a href="https://arxiv.org/abs/1706.08500">Heusel et al., GANs Trained by a Two Time-Scale Update
 *     Rule (2017), §4</a>
 */
public final class FrechetDistance {

  private FrechetDistance() {}

  /**
   * The squared distance, which is what is reported as FID.
   *
   * @param first moments of two rows or more
   * @param second moments of two rows or more, of as many features
   * @return d², 0 for equal moments
   */
  public static double between(Moments first, Moments second) {
    return between(first, second, first.covariance(), second.covariance());
  }

  /**
   * The squared distance with covariances that are divided by the number of rows instead of one less, as
   * ddpm-torch does; its figures are a little smaller.
   *
   * @param first moments of a row or more
   * @param second moments of a row or more, of as many features
   * @return d², 0 for equal moments
   */
  public static double betweenPopulations(Moments first, Moments second) {
    return between(first, second, first.populationCovariance(), second.populationCovariance());
  }

  private static double between(
      Moments first, Moments second, double[][] covariance1, double[][] covariance2) {
    if (first.features() != second.features()) {
      throw new IllegalArgumentException(Text.of(
          "frechet distance: expected moments of as many features, got %d and %d",
          first.features(), second.features()));
    }
    double[] mean1 = first.mean(), mean2 = second.mean();
    double distance = 0;
    for (int i = 0; i < mean1.length; i++) {
      distance += (mean1[i] - mean2[i]) * (mean1[i] - mean2[i]);
    }
    DMatrixRMaj c1 = new DMatrixRMaj(covariance1);
    DMatrixRMaj c2 = new DMatrixRMaj(covariance2);
    distance += CommonOps_DDRM.trace(c1) + CommonOps_DDRM.trace(c2);
    return Math.max(distance - 2 * traceOfRoot(c1, c2), 0);
  }

  private static double traceOfRoot(DMatrixRMaj c1, DMatrixRMaj c2) {
    DMatrixRMaj product = new DMatrixRMaj(c1.numRows, c1.numCols);
    CommonOps_DDRM.mult(root(c1), root(c2), product);
    double sum = 0;
    for (double value : SingularOps_DDRM.singularValues(product)) {
      sum += value;
    }
    return sum;
  }

  /** The symmetric square root: what rounding has made of eigenvalues 0 counts as 0. */
  private static DMatrixRMaj root(DMatrixRMaj covariance) {
    int d = covariance.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(d, true, true);
    requireConverged(eigen.decompose(covariance.copy()));
    DMatrixRMaj root = new DMatrixRMaj(d, d);
    for (int i = 0; i < d; i++) {
      double value = Math.sqrt(Math.max(eigen.getEigenvalue(i).getReal(), 0));
      DMatrixRMaj vector = eigen.getEigenVector(i);
      CommonOps_DDRM.multAddTransB(value, vector, vector, root);
    }
    return root;
  }

  private static void requireConverged(boolean done) {
    if (!done) {
      throw new ArithmeticException(
          "frechet distance: expected finite covariances, got some that cannot be decomposed");
    }
  }
}
