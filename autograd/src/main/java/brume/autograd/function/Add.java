package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Sum of two variables, element by element.
 *
 * <pre>
 *   y  = a + b
 *   da = dy,  db = dy
 * </pre>
 */
public record Add() implements Differentiable {

  /**
   * Adds two variables of one shape.
   *
   * @param a first summand
   * @param b second summand
   * @return a + b
   * @throws ShapeException if the shapes differ
   */
  public static Variable add(Variable a, Variable b) {
    Expect.sameShape("add", a.shape(), b.shape());
    Tensor y = a.value().like();
    ElementwiseKernels.of(y).add(a.value(), b.value(), y);
    return Variable.of(y, new Add(), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, dy);
    grads.put(1, dy);
  }
}
