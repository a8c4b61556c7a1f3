package brume.nn.optim;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import java.util.function.BiConsumer;

/**
 * An optimizer that moves each parameter by its own gradient alone. So a step can begin while other gradients
 * are still computed, and none has to wait:
 *
 * <pre>
 *   loss.backwardOneByOne(optimizer.begin(learningRate));
 * </pre>
 */
public interface ByParameter extends Optimizer {

  /**
   * Begins a step that is told gradients one by one, and ends in the same bits as {@link #step}.
   *
   * @param learningRate size of the step
   * @return moves a parameter, which it has to be given once, by its gradient
   */
  BiConsumer<Variable, Tensor> begin(double learningRate);
}
