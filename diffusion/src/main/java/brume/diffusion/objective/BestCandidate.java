package brume.diffusion.objective;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.IndexingKernels;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The one of several noises that a network is nearest to, for every sample: only that is learned from,
 * as if the network chose which data a noise belongs to.
 *
 * @see <a href="https://github.com/lucidrains/denoising-diffusion-pytorch">denoising-diffusion-pytorch,
 *     XMWrapper</a>
 */
public final class BestCandidate {

  private BestCandidate() {}

  /**
   * Chooses. The candidates are looked at one after the other, and without gradient.
   *
   * @param candidates (N, ..., C) noises, at least one
   * @param losses (N) of the samples with such a noise
   * @return (N) the number of the candidate with the smallest loss, the first of equal ones
   */
  public static int[] winners(List<Tensor> candidates, UnaryOperator<Variable> losses) {
    int samples = candidates.get(0).shape().dim(0);
    int[] winners = new int[samples];
    double[] least = new double[samples];
    for (int k = 0; k < candidates.size(); k++) {
      double[] here = losses(candidates.get(k), losses);
      for (int n = 0; n < samples; n++) {
        if (k == 0 || here[n] < least[n]) {
          winners[n] = k;
          least[n] = here[n];
        }
      }
    }
    return winners;
  }

  private static double[] losses(Tensor candidate, UnaryOperator<Variable> losses) {
    try (Tape.Pause pause = Tape.pause();
        Scope look = Scope.open()) {
      double[] each = losses.apply(Variable.constant(candidate)).value().toDoubles();
      if (each.length != candidate.shape().dim(0)) {
        throw new IllegalStateException(
            Text.of("losses: expected one for each of %s, got %d", candidate.shape(), each.length));
      }
      return each;
    }
  }

  /**
   * The noises that won.
   *
   * @param candidates (N, ..., C) noises
   * @param winners (N) which of them each sample gets
   * @return (N, ..., C) their noise
   */
  public static Tensor picked(List<Tensor> candidates, int... winners) {
    Tensor picked = candidates.get(0).like();
    int size = picked.shape().size() / winners.length;
    for (int n = 0; n < winners.length; n++) {
      IndexingKernels.of(picked)
          .copyBlock(1, size, candidates.get(winners[n]), n * size, size, picked, n * size, size);
    }
    return picked;
  }
}
