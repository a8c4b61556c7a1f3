package brume.autograd.function.shape;

import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * Puts variables side by side along an axis of their own.
 *
 * <pre>
 *   y[.., i, ..] = xᵢ[.., ..]
 *   dxᵢ          = dy[.., i, ..]
 * </pre>
 *
 * @see Concatenate
 */
public final class Stack {

  private Stack() {}

  /**
   * Puts variables side by side.
   *
   * @param axis which one of the result; negative numbers count from its end
   * @param xs at least one, all of one shape
   * @return as many along the new axis as there are variables
   * @throws ShapeException if there is none, the shapes differ, or there is no such axis
   */
  public static Variable stack(int axis, Variable... xs) {
    ShapeException.unless(xs.length > 0, "stack: expected at least one variable, got none");
    Shape each = xs[0].shape();
    int front = axis < 0 ? axis + each.rank() + 1 : axis;
    ShapeException.unless(
        front >= 0 && front <= each.rank(),
        "stack: expected an axis from %d to %d for x %s, got %d",
        -each.rank() - 1,
        each.rank(),
        each,
        axis);
    int[] dims = new int[each.rank() + 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = i == front ? 1 : each.dim(i < front ? i : i - 1);
    }
    Variable[] slices = new Variable[xs.length];
    for (int i = 0; i < xs.length; i++) {
      ShapeException.unless(
          xs[i].shape().equals(each),
          "stack: expected equal shapes, got %s and %s",
          each,
          xs[i].shape());
      slices[i] = reshape(xs[i], Shape.of(dims));
    }
    return concatenate(front, slices);
  }
}
