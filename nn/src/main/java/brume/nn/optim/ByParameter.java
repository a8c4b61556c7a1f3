package brume.nn.optim;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import java.util.function.BiConsumer;

/**
 * An optimizer that moves each parameter by its own gradient alone. So a step can begin while other gradients
 * are still computed, and none has to wait:
 *
 * <pre>
 *   optimizer.next(learningRate);
 *   loss.backwardOneByOne(optimizer.oneByOne());
 * </pre>
 */
public interface ByParameter extends Optimizer {

  /**
   * Moves parameters one by one, by the numbers of the step that was begun last; ends in the same bits as
   * {@link #apply}.
   *
   * @return moves a parameter, which it has to be given once, by its gradient
   */
  BiConsumer<Variable, Tensor> oneByOne();
}
