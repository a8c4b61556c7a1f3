package brume.diffusion.objective;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.nn.Denoiser;
import brume.nn.Pass;

/** What training minimizes. */
public interface TrainingLoss {

  /**
   * The process whose reversal is learned.
   *
   * @return the way there
   */
  ForwardProcess process();

  /**
   * The loss of a batch.
   *
   * @param denoiser to be trained
   * @param x0 (N, ..., C) data, in the range the model works in
   * @param noising times and noise of the samples
   * @param pass of training
   * @return a single number, the {@linkplain Noising#average average} of the samples' losses
   */
  default Variable loss(Denoiser denoiser, Variable x0, Noising noising, Pass pass) {
    return noising.average(losses(denoiser, x0, noising, pass));
  }

  /**
   * The loss of each sample.
   *
   * @param denoiser to be trained
   * @param x0 (N, ..., C) data, in the range the model works in
   * @param noising times and noise of the samples
   * @param pass of training
   * @return (N) losses that do not depend on how often their times are visited
   */
  Variable losses(Denoiser denoiser, Variable x0, Noising noising, Pass pass);
}
