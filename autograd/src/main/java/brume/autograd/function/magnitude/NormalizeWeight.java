package brume.autograd.function.magnitude;

import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/**
 * Brings what each output of a layer is made of to one length: w[o]·length/max(‖w[o]‖, 10⁻⁴). The
 * gradient has no part along w[o], so that steps turn a weight but hardly make it longer.
 */
public final class NormalizeWeight {

  private static final double SMALLEST = 1e-4;

  private NormalizeWeight() {}

  /**
   * Normalizes.
   *
   * @param w (Cout, ...) weights or filters
   * @param length of each of the Cout vectors afterwards; √(size/Cout) for numbers of magnitude one
   * @return of the shape of w
   * @throws ShapeException if w has no axis but the first
   */
  public static Variable normalizeWeight(Variable w, double length) {
    return reshape(scale(directions(w), length), w.shape());
  }

  /**
   * Normalizes the numbers themselves, in the same bits; no gradient goes through it.
   *
   * @param w (Cout, ...) weights or filters; given their new numbers
   * @param length of each of the Cout vectors afterwards
   * @throws ShapeException if w has no axis but the first
   */
  public static void bringToLength(Tensor w, double length) {
    try (Scope scope = Scope.open()) {
      Tensor directions = directions(Variable.constant(w)).value();
      ElementwiseKernels.of(w).affine(length, directions.reshape(w.shape()), 0, w);
    }
  }

  /** (Cout, others) of length one. */
  private static Variable directions(Variable w) {
    Shape shape = w.shape();
    ShapeException.unless(
        shape.rank() >= 2 && shape.size() > 0,
        "normalizeWeight: expected w (Cout, ...) with something to normalize, got %s",
        shape);
    int outputs = shape.dim(0);
    return normalize(reshape(w, Shape.of(outputs, shape.size() / outputs)), 1, SMALLEST);
  }
}
