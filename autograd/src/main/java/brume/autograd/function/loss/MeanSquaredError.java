package brume.autograd.function.loss;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.LossKernels;

/**
 * Mean squared error with one weight per sample.
 *
 * <pre>
 *   y  = ⟨w[n]·⟨(x − target)²⟩⟩           inner mean over one sample, outer over samples
 *   dx = dy·w[n]·2·(x − target)/size of x,  dtarget = −dx
 * </pre>
 *
 * @param x (N, ...) saved prediction
 * @param target (N, ...) saved target
 * @param weights (N) saved weights w
 */
public record MeanSquaredError(Tensor x, Tensor target, Tensor weights) implements Differentiable {

  private static final int X = 0, TARGET = 1;

  /**
   * Compares a prediction with what it should be.
   *
   * @param x (N, ...) prediction
   * @param target (N, ...) what it should be
   * @param weights (N) constant weights of the samples
   * @return a single number, of shape ()
   * @throws ShapeException if the shapes do not fit
   * @throws IllegalArgumentException if {@code weights} requires a gradient; there is none
   */
  public static Variable meanSquaredError(Variable x, Variable target, Variable weights) {
    ShapeException.unless(
        x.shape().rank() >= 1 && x.shape().size() > 0 && x.shape().equals(target.shape()),
        "meanSquaredError: expected x and target of one shape (N, ...), got x %s and target %s",
        x.shape(),
        target.shape());
    ShapeException.unless(
        weights.shape().equals(Shape.of(x.shape().dim(0))),
        "meanSquaredError: expected weights of shape (%d), one per sample of x %s, got %s",
        x.shape().dim(0),
        x.shape(),
        weights.shape());
    if (weights.requiresGradient()) {
      throw new IllegalArgumentException(
          "meanSquaredError: expected constant weights, got a variable that requires a gradient");
    }
    Tensor loss = x.value().like(Shape.of());
    LossKernels.of(loss).meanSquaredError(x.value(), target.value(), weights.value(), loss);
    MeanSquaredError step = new MeanSquaredError(x.value(), target.value(), weights.value());
    return Variable.of(loss, step, x, target, weights);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    LossKernels.of(x).meanSquaredErrorGrad(x, target, weights, dy, dx);
    grads.put(X, dx);
    grads.put(TARGET, () -> {
      Tensor dtarget = dx.like();
      ElementwiseKernels.of(dx).affine(-1, dx, 0, dtarget);
      return dtarget;
    });
  }
}
