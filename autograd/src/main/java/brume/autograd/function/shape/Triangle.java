package brume.autograd.function.shape;

import static brume.autograd.function.shape.MapAxis.mapAxis;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;

/**
 * The part of matrices below or above a diagonal.
 *
 * <pre>
 *   tril   y[.., i, j] = x[.., i, j] where j ≤ i + d, 0 elsewhere
 *   triu   y[.., i, j] = x[.., i, j] where j ≥ i + d, 0 elsewhere
 *
 *   dx = the same part of dy
 * </pre>
 *
 * @see MapAxis
 */
public final class Triangle {

  private Triangle() {}

  /**
   * The lower triangle.
   *
   * @param x (..., M, N) matrices
   * @param diagonal d, the last one that is kept; 0 is the main diagonal, 1 the next above
   * @return of the shape of {@code x}
   * @throws ShapeException if {@code x} has fewer than two axes
   */
  public static Variable tril(Variable x, int diagonal) {
    return part("tril", x, (i, j) -> j <= i + diagonal);
  }

  /**
   * The upper triangle.
   *
   * @param x (..., M, N) matrices
   * @param diagonal d, the first one that is kept; 0 is the main diagonal, 1 the next above
   * @return of the shape of {@code x}
   * @throws ShapeException if {@code x} has fewer than two axes
   */
  public static Variable triu(Variable x, int diagonal) {
    return part("triu", x, (i, j) -> j >= i + diagonal);
  }

  private interface Kept {
    boolean at(int i, int j);
  }

  private static Variable part(String function, Variable x, Kept kept) {
    ShapeException.unless(
        x.shape().rank() >= 2, "%s: expected x of shape (..., M, N), got %s", function, x.shape());
    int rows = x.shape().dim(-2), columns = x.shape().dim(-1), size = rows * columns;
    int[] sources = new int[size];
    for (int k = 0; k < size; k++) {
      sources[k] = kept.at(k / columns, k % columns) ? k : -1;
    }
    int matrices = Concatenate.rows(x.shape(), x.shape().rank() - 2);
    Variable flat = reshape(x, Shape.of(matrices, size));
    return reshape(mapAxis(flat, 1, AxisMap.select(size, sources)), x.shape());
  }
}
