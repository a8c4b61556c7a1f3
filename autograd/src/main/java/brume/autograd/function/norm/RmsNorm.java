package brume.autograd.function.norm;

import brume.autograd.InputGradients;
import brume.autograd.Recomputable;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.NormalizationKernels;
import java.util.List;

/**
 * Root-mean-square normalization: brings the channels of each position to length √C, then scales them.
 *
 * <pre>
 *   forward    y  = g·x·√C/max(‖x‖, 1e-12)        ‖·‖ over the channels
 *
 *   backward   dg = Σ dy·u·√C                     u = x/‖x‖, Σ over positions
 *              dx = √C/‖x‖·(g·dy − u·(u·(g·dy)))
 * </pre>
 *
 * @param x (..., C) saved input
 * @param g (C) saved scale
 * @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, Root Mean Square Layer
 *     Normalization (2019)</a>
 */
public record RmsNorm(Tensor x, Tensor g) implements Recomputable {

  /**
   * Normalizes.
   *
   * @param x (..., C) activations, channels last
   * @param g (C) scale
   * @return (..., C)
   * @throws ShapeException if {@code g} is not (C)
   */
  public static Variable rmsNorm(Variable x, Variable g) {
    Expect.perChannel("rmsNorm", "g", g.shape(), x.shape());
    Tensor y = x.value().like();
    NormalizationKernels.of(y).rmsNorm(x.value(), g.value(), y);
    return Variable.of(y, new RmsNorm(x.value(), g.value()), x, g);
  }

  @Override
  public void recompute(List<Tensor> inputs, Tensor y) {
    NormalizationKernels.of(y).rmsNorm(x, g, y);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    Tensor dg = g.like();
    NormalizationKernels.of(x).rmsNormGrad(x, g, dy, grads.received(0), dx, dg);
    grads.putTotal(0, dx);
    grads.put(1, dg);
  }
}
