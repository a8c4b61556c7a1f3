package brume.diffusion.likelihood;

import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.diffusion.likelihood.DiscretizedLogLikelihood.discretizedLogLikelihood;
import static brume.diffusion.likelihood.NormalKl.normalKl;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.ReverseProcess;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * An upper bound of the negative log-likelihood of images, in bits per dimension.
 *
 * <pre>
 *   L_T      = KL(q(x_T | x_0) ‖ N(0, 1))                                 prior
 *   L_t      = KL(q(x_{t−1} | x_t, x_0) ‖ p(x_{t−1} | x_t))               t &gt; 0
 *   L_0      = −log p(x_0 | x_1), of 8-bit pixels                         t = 0
 * </pre>
 *
 * @param process the way back, as the network tells it
 * @param floor smallest probability of a pixel; 1e-12 is usual
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), eq. 5 and 13</a>
 */
public record VariationalBound(ReverseProcess process, double floor) {

  private static final double BITS_PER_NAT = 1 / Math.log(2);

  /**
   * The term of each sample's own time.
   *
   * @param x0 (N, ..., C) pixels, in [−1, 1]
   * @param xt (N, ..., C) pixels with noise
   * @param t (N) times
   * @param output (N, ..., C) of the network at x_t; (N, ..., 2C) if the variance is learned
   * @return (N) L_t in bits per dimension
   */
  public Variable term(Variable x0, Variable xt, int[] t, Variable output) {
    Variable mean = process.mean(process.x0(xt, t, output), xt, t, output);
    return term(x0, xt, t, mean, process.logVariance(t, output));
  }

  /**
   * The term of each sample's own time for a given step back.
   *
   * @param x0 (N, ..., C) pixels, in [−1, 1]
   * @param xt (N, ..., C) pixels with noise
   * @param t (N) times
   * @param mean (N, ..., C) of p(x_{t−1} | x_t)
   * @param logVariance (N, ..., C) of p(x_{t−1} | x_t)
   * @return (N) L_t in bits per dimension
   */
  public Variable term(Variable x0, Variable xt, int[] t, Variable mean, Variable logVariance) {
    ForwardProcess q = process.q();
    Variable trueLogVariance = perSample(x0, t, q::posteriorLogVariance);
    Variable kl = normalKl(q.posteriorMean(x0, xt, t), trueLogVariance, mean, logVariance);
    Variable logLikelihood = discretizedLogLikelihood(x0, mean, scale(logVariance, 0.5), floor);
    return bits(
        mixSamples(each(t, s -> s == 0 ? 0 : 1), kl, each(t, s -> s == 0 ? -1 : 0), logLikelihood));
  }

  /**
   * The prior's term, which no network influences.
   *
   * @param x0 (N, ..., C) pixels, in [−1, 1]
   * @return (N) L_T in bits per dimension
   */
  public Variable prior(Variable x0) {
    ForwardProcess q = process.q();
    int[] last = new int[x0.shape().dim(0)];
    Arrays.fill(last, q.steps() - 1);
    Variable zeros = perSample(x0, last, t -> 0);
    Variable mean = mixSamples(each(last, q::signal), x0, each(last, t -> 0), x0);
    Variable logVariance = perSample(x0, last, t -> 2 * Math.log(q.noise(t)));
    return bits(normalKl(mean, logVariance, zeros, zeros));
  }

  /** Mean over each sample's elements, from nats to bits. */
  private static Variable bits(Variable nats) {
    int samples = nats.shape().dim(0), size = nats.shape().size() / samples;
    Tensor factors = nats.value().like(Shape.of(size, 1));
    ElementwiseKernels.of(factors).fill(BITS_PER_NAT / size, factors);
    Variable rows = reshape(nats, Shape.of(samples, size));
    return reshape(matmul(rows, Variable.constant(factors)), Shape.of(samples));
  }

  private static Variable perSample(Variable shaped, int[] t, IntToDoubleFunction value) {
    Tensor ones = shaped.value().like();
    ElementwiseKernels.of(ones).fill(1, ones);
    Variable constant = Variable.constant(ones);
    return mixSamples(each(t, value), constant, new double[t.length], constant);
  }

  private static double[] each(int[] t, IntToDoubleFunction value) {
    return Arrays.stream(t).mapToDouble(value).toArray();
  }
}
