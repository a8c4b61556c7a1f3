package brume.autograd.function.norm;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.NormalizationKernels;

/**
 * Scales and shifts each channel of each sample: how a timestep steers a block.
 *
 * <pre>
 *   y  = x·(1 + a) + b                a, b = the two halves of scaleShift
 *   dx = dy·(1 + a),  da = Σ dy·x,  db = Σ dy         Σ over positions
 * </pre>
 *
 * @param x (N, ..., C) saved input
 * @param scaleShift (N, 2C) saved a, then b
 * @see <a href="https://arxiv.org/abs/1709.07871">Perez et al., FiLM (2017)</a>
 */
public record ScaleShift(Tensor x, Tensor scaleShift) implements Differentiable {

  /**
   * Scales and shifts.
   *
   * @param x (N, ..., C) activations, channels last
   * @param scaleShift (N, 2C) a, then b
   * @return (N, ..., C)
   * @throws ShapeException if {@code scaleShift} is not (N, 2C)
   */
  public static Variable scaleShift(Variable x, Variable scaleShift) {
    Expect.scaleShift("scaleShift", scaleShift.shape(), x.shape());
    Tensor y = x.value().like();
    NormalizationKernels.of(y).scaleShift(x.value(), scaleShift.value(), y);
    return Variable.of(y, new ScaleShift(x.value(), scaleShift.value()), x, scaleShift);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    Tensor dscaleShift = scaleShift.like();
    NormalizationKernels.of(x).scaleShiftGrad(x, scaleShift, dy, dx, dscaleShift);
    grads.put(0, dx);
    grads.put(1, dscaleShift);
  }
}
