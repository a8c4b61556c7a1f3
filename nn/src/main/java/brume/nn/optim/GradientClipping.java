package brume.nn.optim;

import brume.autograd.Gradients;

/**
 * Scales all gradients down together when they are too large, as PyTorch does: by
 * max/(norm + 1e-6), if that is less than one.
 *
 * @param measure what is limited
 * @param max its largest value
 * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu et al., On the Difficulty of Training
 *     Recurrent Neural Networks (2012)</a>
 */
public record GradientClipping(Measure measure, double max) {

  private static final double EPS = 1e-6; // of torch.nn.utils.clip_grad_norm_

  /** Refuses limits that are not positive. {@inheritDoc} */
  public GradientClipping {
    if (!(max > 0)) {
      throw new IllegalArgumentException("clipping: expected a positive limit, got " + max);
    }
  }

  /** How large gradients are. */
  public enum Measure {
    /** Root of the sum of squares of all elements. */
    EUCLIDEAN {
      @Override
      double of(Gradients gradients) {
        return Math.sqrt(gradients.squaredNorm());
      }
    },
    /** Largest absolute value of any element. */
    MAXIMUM {
      @Override
      double of(Gradients gradients) {
        return gradients.maxAbs();
      }
    };

    abstract double of(Gradients gradients);
  }

  /**
   * What clipping returns.
   *
   * @param gradients those given, or smaller ones
   * @param norm of those given
   */
  public record Clipped(Gradients gradients, double norm) {}

  /**
   * Limits the Euclidean norm.
   *
   * @param max its largest value
   * @return the rule
   */
  public static GradientClipping euclidean(double max) {
    return new GradientClipping(Measure.EUCLIDEAN, max);
  }

  /**
   * Applies the limit.
   *
   * @param gradients not modified
   * @return new tensors, owned by the innermost scope, if they had to be scaled
   */
  public Clipped clip(Gradients gradients) {
    double norm = measure.of(gradients);
    double factor = max / (norm + EPS);
    return new Clipped(factor < 1 ? gradients.times(factor) : gradients, norm);
  }
}
