package brume.nn.optim;

import static brume.nn.ConfigException.unless;

import brume.autograd.Gradients;
import brume.tensor.DeviceNumber;

/**
 * How gradients are kept from being too large. Closed: by their norm, by the value of each element, or
 * not at all.
 */
public sealed interface GradientClipping {

  /**
   * Applies the limit.
   *
   * @param gradients not modified
   * @return new tensors, owned by the innermost scope, if they had to change
   */
  Clipped clip(Gradients gradients);

  /**
   * What clipping returns.
   *
   * @param gradients those given, or smaller ones
   * @param measured norm of those given, on a device owned by the scope that was innermost
   */
  record Clipped(Gradients gradients, DeviceNumber measured) {

    /**
     * Waits for the norm.
     *
     * @return of the gradients given
     */
    public double norm() {
      return measured.late().await();
    }
  }

  /** How large gradients are. */
  enum Measure {
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
   * Limits the Euclidean norm.
   *
   * @param max its largest value
   * @return the rule
   */
  static GradientClipping euclidean(double max) {
    return new ByNorm(Measure.EUCLIDEAN, max);
  }

  /**
   * Limits every element.
   *
   * @param max its largest magnitude
   * @return the rule
   */
  static GradientClipping byValue(double max) {
    return new ByValue(max);
  }

  /**
   * Changes nothing, and tells the Euclidean norm.
   *
   * @return the rule
   */
  static GradientClipping off() {
    return new Off();
  }

  /**
   * Scales all gradients down together, as PyTorch does: by max/(norm + 1e-6), if that is less than
   * one.
   *
   * @param measure what is limited
   * @param max its largest value
   * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu et al., On the Difficulty of Training
   *     Recurrent Neural Networks (2012)</a>
   */
  record ByNorm(Measure measure, double max) implements GradientClipping {

    private static final double EPS = 1e-6; // of torch.nn.utils.clip_grad_norm_

    /** Refuses limits that are not positive. {@inheritDoc} */
    public ByNorm {
      requirePositive(max);
    }

    @Override
    public Clipped clip(Gradients gradients) {
      if (measure == Measure.EUCLIDEAN) {
        Gradients.Limited limited = gradients.limited(max, EPS);
        return new Clipped(limited.gradients(), limited.norm());
      }
      double norm = measure.of(gradients);
      double factor = max / (norm + EPS);
      return new Clipped(factor < 1 ? gradients.times(factor) : gradients, DeviceNumber.of(norm));
    }
  }

  /**
   * Brings every element into [−max, max], as PyTorch's clip_grad_value_ does. The norm that is told is
   * the Euclidean one.
   *
   * @param max largest magnitude
   */
  record ByValue(double max) implements GradientClipping {

    /** Refuses limits that are not positive. {@inheritDoc} */
    public ByValue {
      requirePositive(max);
    }

    @Override
    public Clipped clip(Gradients gradients) {
      return new Clipped(gradients.within(max), gradients.norm());
    }
  }

  /** Changes nothing. The norm that is told is the Euclidean one. */
  record Off() implements GradientClipping {

    @Override
    public Clipped clip(Gradients gradients) {
      return new Clipped(gradients, gradients.norm());
    }
  }

  private static void requirePositive(double max) {
    unless(max > 0, "clipping: expected a positive limit, got %s", max);
  }
}
