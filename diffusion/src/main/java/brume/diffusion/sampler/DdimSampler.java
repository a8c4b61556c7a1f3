package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;

import brume.autograd.Variable;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.ReverseProcess;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;

/**
 * Steps of any length with as much noise as wanted: none for η = 0, as much as DDPM for η = 1.
 *
 * <pre>
 *   x₋ = √ᾱ₋·x_0 + √(1 − ᾱ₋ − σ²)·ε + σ·z,   σ = η·√((1 − ᾱ₋)/(1 − ᾱ)·(1 − ᾱ/ᾱ₋))
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2010.02502">Song, Meng and Ermon, Denoising Diffusion Implicit
 *     Models (2020), eq. 12 and 16</a>
 */
public final class DdimSampler extends Sampler {

  private final double eta;
  private final NoiseEstimate estimate;

  /**
   * A sampler with steps of its own.
   *
   * @param process the trained one, with a schedule of only the steps to take
   * @param eta η, 0 for no noise
   * @param estimate which ε is used
   * @param times what the network is told at each of them, ascending
   */
  public DdimSampler(ReverseProcess process, double eta, NoiseEstimate estimate, int... times) {
    super(process, times);
    if (!(eta >= 0)) {
      throw new IllegalArgumentException("eta: expected 0 or more, got " + eta);
    }
    this.eta = eta;
    this.estimate = estimate;
  }

  /**
   * The sampler with uniformly spaced times that derives the noise from the clipped estimate.
   *
   * @param process trained
   * @param steps how many times to visit
   * @param eta η, 0 for no noise
   * @return the sampler
   */
  public static DdimSampler of(ReverseProcess process, int steps, double eta) {
    int[] times = TimestepSpacing.UNIFORM.times(process.q().steps(), steps);
    return through(process, eta, NoiseEstimate.FROM_X0, times);
  }

  /**
   * The sampler that visits some times.
   *
   * @param process trained
   * @param eta η, 0 for no noise
   * @param estimate which ε is used
   * @param times ascending times of the process
   * @return the sampler
   */
  public static DdimSampler through(
      ReverseProcess process, double eta, NoiseEstimate estimate, int... times) {
    return new DdimSampler(process.respaced(times), eta, estimate, times);
  }

  @Override
  public Variable step(Variable xt, int[] k, Variable output, Variable x0, Supplier<Variable> z) {
    Variable epsilon = estimate.of(process(), xt, k, output, x0);
    NoiseSchedule schedule = process().q().schedule();
    double[] sigma = each(k, this::sigma);
    double[] direction = each(k, t -> {
      double rest = 1 - schedule.alphaBarBefore(t) - sigma(t) * sigma(t);
      return Math.sqrt(Math.max(rest, 0));
    });
    double[] signal = each(k, t -> Math.sqrt(schedule.alphaBarBefore(t)));
    Variable next = mixSamples(signal, x0, direction, epsilon);
    if (Arrays.stream(sigma).allMatch(s -> s == 0)) {
      return next;
    }
    Variable noise = z.get();
    return add(next, mixSamples(sigma, noise, new double[k.length], noise));
  }

  /**
   * One step the other way, from data to noise: the inverse of {@link #step} for η = 0 in the limit
   * of many steps.
   *
   * @param xt (N, ..., C) samples
   * @param k (N) their times in {@link #process}
   * @param x0 (N, ..., C) estimate of the data
   * @return (N, ..., C) samples at time k + 1; pure noise after the last time
   */
  public Variable stepToNoise(Variable xt, int[] k, Variable x0) {
    NoiseSchedule schedule = process().q().schedule();
    return mixSamples(
        each(k, t -> Math.sqrt(schedule.alphaBarAfter(t))),
        x0,
        each(k, t -> Math.sqrt(1 - schedule.alphaBarAfter(t))),
        process().q().epsilonFromX0(xt, k, x0));
  }

  private double sigma(int t) {
    NoiseSchedule schedule = process().q().schedule();
    double before = schedule.alphaBarBefore(t), now = schedule.alphaBar(t);
    return eta * Math.sqrt((1 - before) / (1 - now) * (1 - now / before));
  }

  private static double[] each(int[] k, IntToDoubleFunction value) {
    return Arrays.stream(k).mapToDouble(value).toArray();
  }
}
