package brume.diffusion.sampler;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.ReverseProcess;
import brume.nn.Condition;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The loop from noise to data around the step of one paper. A step goes from time k to k − 1 of the
 * sampler's own process, which visits some or all times of the one the network was trained on.
 *
 * <p>Samples are in the range of the model, not mapped to [0, 1]; see {@link
 * brume.diffusion.process.PixelRange}. Memory does not grow with the number of steps.
 */
public abstract class Sampler {

  private final ReverseProcess process;
  private final int[] times; // of the original process, ascending

  /**
   * A sampler with steps of its own.
   *
   * @param process the trained one, with a schedule of only the steps to take
   * @param times what the network is told at each of them, ascending
   */
  protected Sampler(ReverseProcess process, int... times) {
    if (times.length != process.q().steps()) {
      throw new IllegalArgumentException("sampler: expected one time for each of %d steps, got %d"
          .formatted(process.q().steps(), times.length));
    }
    this.process = process;
    this.times = times.clone();
  }

  /**
   * The sampler the seed's systems would choose: DDPM if all times are visited, else DDIM on
   * uniformly spaced ones.
   *
   * @param process trained
   * @param steps number of times to visit
   * @param eta η of DDIM
   * @return the sampler
   */
  public static Sampler of(ReverseProcess process, int steps, double eta) {
    return steps == process.q().steps()
        ? DdpmSampler.of(process)
        : DdimSampler.of(process, steps, eta);
  }

  /**
   * One step back.
   *
   * @param xt (N, ..., C) samples
   * @param k (N) their times in {@link #process}
   * @param output (N, ..., C) of the network at x_t; (N, ..., 2C) if the variance is learned
   * @param x0 (N, ..., C) estimate of the data that follows from it
   * @param z draws (N, ..., C) noise; asked at most once, and only if noise is needed
   * @return (N, ..., C) samples at time k − 1
   */
  public abstract Variable step(
      Variable xt, int[] k, Variable output, Variable x0, Supplier<Variable> z);

  /**
   * The process of this sampler: that of the network, or one with fewer and longer steps.
   *
   * @return the way back
   */
  public final ReverseProcess process() {
    return process;
  }

  /**
   * Number of steps.
   *
   * @return how often the network is asked
   */
  public final int steps() {
    return times.length;
  }

  /**
   * The time the network is told.
   *
   * @param k time in {@link #process}
   * @return the corresponding time of the process the network was trained on
   */
  public final int time(int k) {
    return times[k];
  }

  /**
   * Makes samples out of noise.
   *
   * @param denoiser the network
   * @param device where it is
   * @param shape (N, ..., C) of the samples
   * @param noise where noise comes from
   * @param listener called after every step
   * @return (N, ..., C) samples, owned by the innermost scope
   */
  public final Tensor sample(
      Denoiser denoiser, Device device, Shape shape, NoiseSource noise, SamplingListener listener) {
    return denoise(denoiser, noise.start(device, shape), steps(), noise, listener);
  }

  /**
   * Frees samples of the noise of their last steps.
   *
   * @param denoiser the network
   * @param start (N, ..., C) samples at time {@code last - 1} of {@link #process}; left as they are
   * @param last how many of the last steps to do
   * @param noise where noise comes from
   * @param listener called after every step
   * @return (N, ..., C) samples, owned by the innermost scope
   */
  public final Tensor denoise(
      Denoiser denoiser, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
    if (last < 0 || last > steps()) {
      throw new IllegalArgumentException(
          "denoise: expected 0 to %d steps, got %d".formatted(steps(), last));
    }
    Tensor x = start.like();
    copy(start, x);
    try (Tape.Pause pause = Tape.pause();
        Scope loop = Scope.open()) {
      Tensor x0 = x.like();
      for (int done = 0; done < last; done++) {
        try (Scope step = Scope.open()) {
          advance(denoiser, last - 1 - done, done, x, x0, noise);
        }
        listener.step(done + 1, last, x, x0);
      }
    }
    return x;
  }

  /** Replaces x by the next state, and x0 by the estimate it was made with. */
  private void advance(
      Denoiser denoiser, int time, int done, Tensor x, Tensor x0, NoiseSource noise) {
    int samples = x.shape().dim(0);
    int[] k = new int[samples];
    double[] told = new double[samples];
    Arrays.fill(k, time);
    Arrays.fill(told, times[time]);
    Variable xt = Variable.constant(x);
    Condition condition = done > 0 && denoiser.isSelfConditioned()
        ? Condition.none().withFormer(Variable.constant(x0))
        : Condition.none();
    Variable output = denoiser.predict(new Query(xt, told, condition, Pass.inference()));
    Variable estimate = process.x0(xt, k, output);
    Supplier<Variable> z = () -> Variable.constant(noise.step(done, x.device(), x.shape()));
    Variable next = step(xt, k, output, estimate, z);
    copy(estimate.value(), x0);
    copy(next.value(), x);
  }

  private static void copy(Tensor from, Tensor to) {
    ElementwiseKernels.of(to).affine(1, from, 0, to);
  }
}
