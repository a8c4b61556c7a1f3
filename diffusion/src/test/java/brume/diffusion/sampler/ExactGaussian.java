package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.NoiseSchedule;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.math.Arithmetic;

/**
 * The best denoiser of the noise in x_t where data are normal, which is known exactly:
 *
 * <pre>
 *   E[ε | x_t] = √(1 − ᾱ)·(x_t − √ᾱ·m)/(ᾱ·s² + 1 − ᾱ)
 * </pre>
 *
 * @param schedule of the process
 * @param mean m
 * @param deviation s
 */
record ExactGaussian(NoiseSchedule schedule, double mean, double deviation) implements Denoiser {

  @Override
  public Variable predict(Query query) {
    Variable xt = query.xt();
    double[] times = query.times();
    double alphaBar = schedule.alphaBar((int) times[0]); // samplers tell all samples one time
    double factor = Math.sqrt(1 - alphaBar) / variance((int) times[0]);
    return Variable.constant(
        Arithmetic.affine(factor, xt.value(), -factor * Math.sqrt(alphaBar) * mean));
  }

  /** Variance of x_t. */
  private double variance(int t) {
    double alphaBar = schedule.alphaBar(t);
    return alphaBar * deviation * deviation + 1 - alphaBar;
  }

  /** Where the probability flow, DDIM with infinitely many steps, leads from the last time. */
  double flow(double x) {
    int last = schedule.steps() - 1;
    double start = (x - Math.sqrt(schedule.alphaBar(last)) * mean) / Math.sqrt(variance(last));
    return mean + deviation * start;
  }
}
