package brume.autograd.function.magnitude;

import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;

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
    Shape shape = w.shape();
    ShapeException.unless(
        shape.rank() >= 2 && shape.size() > 0,
        "normalizeWeight: expected w (Cout, ...) with something to normalize, got %s",
        shape);
    int outputs = shape.dim(0);
    Variable rows = reshape(w, Shape.of(outputs, shape.size() / outputs));
    return reshape(scale(normalize(rows, 1, SMALLEST), length), shape);
  }
}
