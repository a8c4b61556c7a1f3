package brume.autograd.function.norm;

import brume.autograd.InputGradients;
import brume.autograd.Recomputable;
import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.autograd.function.Unbiased;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.NormalizationKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Root-mean-square normalization: brings the channels of each position to length √C, then scales them.
 *
 * <pre>
 *   forward    y  = g·x·√C/max(‖x‖, 1e-12) + residual     ‖·‖ over the channels
 *
 *   backward   dg = Σ dy·u·√C                     u = x/‖x‖, Σ over positions
 *              dx = √C/‖x‖·(g·dy − u·(u·(g·dy))),  dresidual = dy
 * </pre>
 *
 * @param x (..., C) saved input
 * @param g (C) saved scale
 * @param added whether there is a residual
 * @see <a href="https://arxiv.org/abs/1910.07467">Zhang and Sennrich, Root Mean Square Layer
 *     Normalization (2019)</a>
 */
public record RmsNorm(Tensor x, Tensor g, boolean added) implements Recomputable {

  private static final int X = 0, G = 1, RESIDUAL = 2;

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
    return Variable.of(y, new RmsNorm(x.value(), g.value(), false), x, g);
  }

  /**
   * Adds a bias that is due, normalizes, and adds what went around.
   *
   * @param x (..., C) activations, channels last
   * @param g (C) scale
   * @param residual (..., C) added to the result, if any
   * @return (..., C)
   * @throws ShapeException if {@code g} is not (C), or {@code residual} is not of the shape of x
   */
  public static Variable rmsNorm(Unbiased x, Variable g, Optional<Variable> residual) {
    Tensor xs = x.y(), y = xs.like();
    Expect.perChannel("rmsNorm", "g", g.shape(), xs.shape());
    residual.ifPresent(around -> ShapeException.unless(
        around.shape().equals(xs.shape()),
        "rmsNorm: expected a residual of the shape of x %s, got %s",
        xs.shape(),
        around.shape()));
    NormalizationKernels.of(y)
        .rmsNormInBlock(x.bias().value(), xs, g.value(), residual.map(Variable::value), y);
    List<Variable> inputs = new ArrayList<>(List.of(x.biased(), g));
    residual.ifPresent(inputs::add);
    RmsNorm step = new RmsNorm(xs, g.value(), residual.isPresent());
    return Variable.of(y, step, inputs.toArray(Variable[]::new));
  }

  /** Of what was normalized alone: what was added to the result is not kept. {@inheritDoc} */
  @Override
  public void recompute(List<Tensor> inputs, Tensor y) {
    if (added) {
      throw new IllegalStateException(
          "rmsNorm: expected a result to which nothing was added to be spared, got one with a residual");
    }
    NormalizationKernels.of(y).rmsNorm(x, g, y);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    if (added) {
      grads.put(RESIDUAL, dy);
    }
    Tensor dx = x.like();
    Tensor dg = g.like();
    NormalizationKernels.of(x).rmsNormGrad(x, g, dy, grads.received(X), dx, dg);
    grads.putTotal(X, dx);
    grads.put(G, dg);
  }
}
