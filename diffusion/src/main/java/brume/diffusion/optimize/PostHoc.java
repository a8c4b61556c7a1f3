package brume.diffusion.optimize;

import brume.tensor.Text;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * How averages of widths that were not kept are made of some that were. The average of a power function weighs
 * the parameters of time τ by
 *
 * <pre>
 *   p(τ; t, γ) = (γ + 1)·τ^γ / t^(γ + 1)    for 0 ≤ τ ≤ t
 * </pre>
 *
 * <p>and the sum of such profiles that is nearest to another one, in the squared difference over all times, is
 * that of averages that is nearest to the average wanted.
 *
 * @see <a href="https://arxiv.org/abs/2312.02696">Karras et al., Analyzing and Improving the Training
 *     Dynamics of Diffusion Models (2023), §3.2 and algorithm 3</a>
 */
public final class PostHoc {

  private PostHoc() {}

  /**
   * The profile of an average.
   *
   * @param time t, the step after which it was kept, 1 or more
   * @param gamma γ, above −½ so that its square has an integral
   */
  public record Profile(double time, double gamma) {

    /** Refuses what is no profile. {@inheritDoc} */
    public Profile {
      if (!(time > 0 && gamma > -0.5)) {
        throw new IllegalArgumentException(Text.of(
            "profile of an average: expected a time above 0 and a gamma above -0.5, got %s and %s",
            time, gamma));
      }
    }

    /** ∫ of the product of two profiles over all times. */
    double times(Profile other) {
      boolean first = time < other.time;
      double power = first ? other.gamma : -gamma;
      return (gamma + 1)
          * (other.gamma + 1)
          * Math.pow(time / other.time, power)
          / ((gamma + other.gamma + 1) * Math.max(time, other.time));
    }
  }

  /**
   * What each average counts in the sum that is nearest to another one.
   *
   * @param kept profiles of the averages, no two of them the same
   * @param wanted profile of the other one
   * @return a weight for each, some of them negative as a rule
   */
  public static double[] weights(List<Profile> kept, Profile wanted) {
    int n = kept.size();
    if (kept.stream().distinct().count() < n) {
      throw new IllegalArgumentException(
          Text.of("post-hoc average: expected %d different profiles, got some that are alike", n));
    }
    DMatrixRMaj products = new DMatrixRMaj(n, n), right = new DMatrixRMaj(n, 1);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        products.set(i, j, kept.get(i).times(kept.get(j)));
      }
      right.set(i, kept.get(i).times(wanted));
    }
    // Rows as large as each other, without which late snapshots would be lost in rounding.
    for (int i = 0; i < n; i++) {
      double scale = 1 / products.get(i, i);
      for (int j = 0; j < n; j++) {
        products.set(i, j, products.get(i, j) * scale);
      }
      right.set(i, right.get(i) * scale);
    }
    DMatrixRMaj weights = new DMatrixRMaj(n, 1);
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(n);
    if (!solver.setA(products)) {
      throw new IllegalArgumentException(Text.of(
          "post-hoc average: expected %d profiles that differ more, got some too much alike", n));
    }
    solver.solve(right, weights);
    return weights.getData();
  }

  /**
   * The same, divided by their sum: what does not change keeps its size also where snapshots are few.
   *
   * @param kept profiles of the averages, no two of them the same
   * @param wanted profile of the other one
   * @return a weight for each, 1 in all
   */
  public static double[] shares(List<Profile> kept, Profile wanted) {
    double[] weights = weights(kept, wanted);
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }
}
