package brume.autograd.function.linear;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.ReductionKernels;

/**
 * Adds one number per channel.
 *
 * <pre>
 *   y[r, c] = x[r, c] + b[c]
 *   dx = dy,  db[c] = Σ dy[r, c]       over everything but the channels
 * </pre>
 */
public record AddBias() implements Differentiable {

  /**
   * Adds a bias to every position.
   *
   * @param x (..., C) input
   * @param bias (C) one number per channel
   * @return (..., C)
   * @throws ShapeException if {@code bias} is not (C)
   */
  public static Variable addBias(Variable x, Variable bias) {
    Expect.perChannel("addBias", "bias", bias.shape(), x.shape());
    Tensor y = x.value().like();
    ElementwiseKernels.of(y).addPerChannel(x.value(), bias.value(), y);
    return Variable.of(y, new AddBias(), x, bias);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, dy);
    grads.put(1, () -> biasGradient(dy));
  }

  /**
   * Σ dy over everything but the channels.
   *
   * @param dy (..., C)
   * @return (C)
   */
  public static Tensor biasGradient(Tensor dy) {
    Tensor db = dy.like(Shape.of(dy.shape().dim(-1)));
    ReductionKernels.of(dy).sumPerChannel(dy, db);
    return db;
  }
}
