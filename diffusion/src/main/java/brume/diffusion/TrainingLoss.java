package brume.diffusion;

import brume.autograd.Variable;
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
   * @param predictor to be trained
   * @param x0 (N, ..., C) data, in the range the model works in
   * @param noising times and noise of the samples
   * @param pass of training
   * @return a single number, the mean over the samples
   */
  Variable loss(NoisePredictor predictor, Variable x0, Noising noising, Pass pass);
}
