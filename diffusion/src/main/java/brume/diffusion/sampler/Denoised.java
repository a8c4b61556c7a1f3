package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.TrainedProcess;
import brume.nn.Denoiser;
import brume.tensor.Tensor;

/**
 * What samplers ask: noisy data and their level in, an estimate of the data out, as often in a step as
 * they like. Guidance, clipping and whatever else improves estimates wraps another one, so that every
 * sampler goes with all of them.
 */
@FunctionalInterface
public interface Denoised {

  /**
   * Looks at noisy data.
   *
   * @param xt (N, ..., C) data with noise
   * @param level how much noise
   * @return what is known of the data
   */
  Estimate at(Variable xt, Level level);

  /**
   * The same for one way from noise to data. Samplers begin with this call and ask what it returns:
   * only that may remember what it was asked before. Wrappers wrap what the wrapped one returns.
   *
   * @param start (N, ..., C) where the way starts; memory for it is owned by the innermost scope
   * @return itself if it remembers nothing
   */
  default Denoised begin(Tensor start) {
    return this;
  }

  /**
   * Estimates of a network. A self-conditioned one is shown its former estimate.
   *
   * @param network what is asked
   * @param process it was trained on, and how its outputs are read and clipped
   * @return its estimates
   * @throws IllegalArgumentException if the process has no defined way back
   */
  static Denoised of(Denoiser network, TrainedProcess process) {
    process.requireDefined();
    return new NetworkEstimates(network, process);
  }

  /**
   * These estimates, clipped.
   *
   * @param clipping of the data
   * @return the estimates
   */
  default Denoised clipped(Clipping clipping) {
    return new ClippedEstimates(this, clipping);
  }
}
