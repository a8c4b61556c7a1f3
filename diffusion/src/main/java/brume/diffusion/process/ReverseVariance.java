package brume.diffusion.process;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;

/**
 * The variance of one step back, p(x_{t−1} | x_t). Where it is learned, the network has twice as
 * many output channels, and the second half tells the variance.
 *
 * @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal, Improved Denoising Diffusion
 *     Probabilistic Models (2021), section 3.1</a>
 */
public enum ReverseVariance {
  /** β̃, right for data that are a single point. */
  FIXED_SMALL {
    @Override
    public double logVariance(ForwardProcess q, int t) {
      return q.posteriorLogVariance(t);
    }
  },
  /** β, right for data that are noise themselves; at the first time β̃ with its floor. */
  FIXED_LARGE {
    @Override
    public double logVariance(ForwardProcess q, int t) {
      return t == 0 ? q.posteriorLogVariance(0) : Math.log(q.schedule().beta(t));
    }
  },
  /** β at all times, the first one too: for processes whose last step does not end with data. */
  FORWARD {
    @Override
    public double logVariance(ForwardProcess q, int t) {
      return Math.log(q.schedule().beta(t));
    }
  },
  /** Its logarithm is an output of the network. */
  LEARNED {
    @Override
    Variable learned(ForwardProcess q, int[] t, Variable part) {
      return part;
    }
  },
  /** The network tells where its logarithm lies from log β̃ (−1) to log β (1); Nichol 2021, eq. 15. */
  LEARNED_RANGE {
    @Override
    Variable learned(ForwardProcess q, int[] t, Variable part) {
      IntToDoubleFunction low = q::posteriorLogVariance,
          high = s -> Math.log(q.schedule().beta(s));
      return Mix.ofSamples(
          each(t, s -> (high.applyAsDouble(s) - low.applyAsDouble(s)) / 2),
          part,
          each(t, s -> (high.applyAsDouble(s) + low.applyAsDouble(s)) / 2),
          ones(part.value()));
    }
  };

  /**
   * Whether the network tells the variance.
   *
   * @return true if it has twice as many output channels
   */
  public boolean isLearned() {
    return this == LEARNED || this == LEARNED_RANGE;
  }

  /**
   * Logarithm of a fixed variance.
   *
   * @param q the process
   * @param t time
   * @return log σ²
   * @throws UnsupportedOperationException if the variance is learned
   */
  public double logVariance(ForwardProcess q, int t) {
    throw new UnsupportedOperationException(
        Text.of("variance: expected a fixed one, got %s, which depends on the output", this));
  }

  /**
   * Logarithm of the variance of every element.
   *
   * @param q the process
   * @param t (N) times
   * @param output (N, ..., C), or (N, ..., 2C) if learned
   * @return (N, ..., C) log σ²
   */
  public Variable logVariance(ForwardProcess q, int[] t, Variable output) {
    if (isLearned()) {
      int channels = output.shape().dim(-1);
      return learned(q, t, slice(output, -1, channels / 2, channels));
    }
    Variable ones = ones(output.value());
    return mixSamples(each(t, s -> logVariance(q, s)), ones, each(t, s -> 0), ones);
  }

  /**
   * The part of an output that is the prediction.
   *
   * @param output (N, ..., C), or (N, ..., 2C) if learned
   * @return (N, ..., C) the prediction
   */
  public Variable prediction(Variable output) {
    return isLearned() ? slice(output, -1, 0, output.shape().dim(-1) / 2) : output;
  }

  /**
   * A sample of one step back.
   *
   * @param q the process
   * @param t (N) times
   * @param mean (N, ..., C) mean of the step
   * @param output (N, ..., C), or (N, ..., 2C) if learned
   * @param z (N, ..., C) standard normal noise
   * @param noisy whether samples at a time get noise, or their mean
   * @return (N, ..., C) mean + σ·z
   */
  public Variable perturb(
      ForwardProcess q, int[] t, Variable mean, Variable output, Variable z, IntPredicate noisy) {
    if (!isLearned()) {
      Supplier<double[]> sigma = each(t, s -> noisy.test(s) ? Math.exp(logVariance(q, s) / 2) : 0);
      return Mix.ofSamples(each(t, s -> 1), mean, sigma, z);
    }
    Variable scaled = multiply(exp(scale(logVariance(q, t, output), 0.5)), z);
    return Arrays.stream(t).allMatch(noisy)
        ? add(mean, scaled)
        : Mix.ofSamples(each(t, s -> 1), mean, each(t, s -> noisy.test(s) ? 1 : 0), scaled);
  }

  Variable learned(ForwardProcess q, int[] t, Variable part) {
    throw new UnsupportedOperationException("variance: expected a learned one, got " + this);
  }

  private static Supplier<double[]> each(int[] t, IntToDoubleFunction value) {
    return () -> Arrays.stream(t).mapToDouble(value).toArray();
  }

  private static Variable ones(Tensor shaped) {
    Tensor ones = shaped.like();
    ElementwiseKernels.of(ones).fill(1, ones);
    return Variable.constant(ones);
  }
}
