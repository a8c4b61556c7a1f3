package brume.diffusion.run;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.stream.IntStream;

/**
 * Which of several samples is kept: the one that fits best what was asked for. Sample i is chosen from the samples with the
 * numbers i·K to i·K + K − 1 of the seed, so that it is the same whatever others are drawn.
 *
 * @param of K, samples drawn for each that is kept
 * @param fit how well they fit
 * @see <a href="https://arxiv.org/abs/2102.12092">Ramesh et al., Zero-Shot Text-to-Image Generation (2021), §2.6</a>
 */
public record Choice(int of, Fit fit) {

  private static final Choice NONE =
      new Choice(1, (first, drawn) -> new double[drawn.shape().dim(0)]);

  /** Tells how well samples fit what was asked for. */
  @FunctionalInterface
  public interface Fit {

    /**
     * Looks at samples.
     *
     * @param first number of the first one, before any is chosen
     * @param drawn (N, H, W, C) in the range of the model, with consecutive numbers
     * @return (N) numbers, larger ones for what fits better
     */
    double[] of(long first, Tensor drawn);
  }

  /** Refuses less than one sample. {@inheritDoc} */
  public Choice {
    if (of < 1) {
      throw new IllegalArgumentException(
          Text.of("choice: expected 1 sample or more to choose from, got %d", of));
    }
  }

  /**
   * Every sample is kept.
   *
   * @return one of one
   */
  public static Choice none() {
    return NONE;
  }

  /**
   * Chooses.
   *
   * @param first number of the first sample that is kept
   * @param drawn (N·K, H, W, C) those of which N are kept
   * @return (N, H, W, C), owned by the innermost scope; of those that fit as well, the first
   */
  public Tensor best(long first, Tensor drawn) {
    if (of == 1) {
      return drawn;
    }
    Shape all = drawn.shape();
    int kept = all.dim(0) / of, size = all.size() / all.dim(0);
    double[] fits = fit.of(first * of, drawn);
    float[] values = drawn.toFloats(), best = new float[Shape.product(kept, size)];
    for (int n = 0; n < kept; n++) {
      int from = n * of;
      int chosen =
          IntStream.range(from, from + of).reduce(from, (a, b) -> fits[b] > fits[a] ? b : a);
      System.arraycopy(values, chosen * size, best, n * size, size);
    }
    return Tensor.of(drawn.device(), Shape.of(kept, all.dim(1), all.dim(2), all.dim(3)), best);
  }
}
