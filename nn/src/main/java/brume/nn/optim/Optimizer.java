package brume.nn.optim;

import brume.autograd.Gradients;

/** Changes parameters in place so that the loss becomes smaller. */
public interface Optimizer extends Resumable {

  /**
   * Takes one step. Parameters that the loss does not depend on stay as they are.
   *
   * @param gradients of the loss
   * @param learningRate size of the step
   */
  void step(Gradients gradients, double learningRate);
}
