package brume.nn.optim;

import brume.autograd.Gradients;

/**
 * Changes parameters in place so that the loss becomes smaller.
 *
 * <p>A step has two halves: what the host counts, and what the device does with it. Where steps are recorded,
 * only the other half is; each repetition asks for the numbers that the host has counted up to.
 */
public interface Optimizer extends Resumable {

  /**
   * Takes one step. Parameters that the loss does not depend on stay as they are.
   *
   * @param gradients of the loss
   * @param learningRate size of the step
   */
  default void step(Gradients gradients, double learningRate) {
    next(learningRate);
    apply(gradients);
  }

  /**
   * Begins a step: counts it.
   *
   * @param learningRate size of the step
   */
  void next(double learningRate);

  /**
   * Moves the parameters, by the numbers of the step that was begun last.
   *
   * @param gradients of the loss
   */
  void apply(Gradients gradients);
}
