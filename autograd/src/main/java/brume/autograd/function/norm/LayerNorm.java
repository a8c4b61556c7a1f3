package brume.autograd.function.norm;

import static brume.autograd.function.norm.GroupNorm.groupNorm;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.function.shape.Concatenate;
import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * Layer normalization: brings the last axes, taken together, to zero mean and unit variance. It is
 * {@link GroupNorm} with one group, of samples that have no positions.
 *
 * @see <a href="https://arxiv.org/abs/1607.06450">Ba et al., Layer Normalization (2016)</a>
 */
public final class LayerNorm {

  private LayerNorm() {}

  /**
   * Normalizes the channels of each position.
   *
   * @param x (..., C)
   * @param eps added to the variance, 1e-5 for example
   * @return (..., C)
   * @throws ShapeException if {@code x} has no axis
   */
  public static Variable layerNorm(Variable x, double eps) {
    return layerNorm(x, 1, eps);
  }

  /**
   * Normalizes the last axes.
   *
   * @param x of any shape
   * @param axes how many of the last axes are normalized together
   * @param eps added to the variance, 1e-5 for example
   * @return of the shape of {@code x}
   * @throws ShapeException if {@code x} has fewer axes
   */
  public static Variable layerNorm(Variable x, int axes, double eps) {
    return reshape(groupNorm(reshape(x, rows(x.shape(), axes)), 1, eps), x.shape());
  }

  /**
   * Normalizes the last axes, then scales and shifts.
   *
   * @param x of any shape
   * @param gamma scale, of the shape of the last axes
   * @param beta shift, of the shape of {@code gamma}
   * @param eps added to the variance, 1e-5 for example
   * @return of the shape of {@code x}
   * @throws ShapeException if gamma and beta are not of one shape, or it is not that of the last axes
   */
  public static Variable layerNorm(Variable x, Variable gamma, Variable beta, double eps) {
    Shape each = gamma.shape();
    Shape rows = rows(x.shape(), each.rank());
    boolean fits = beta.shape().equals(each);
    for (int axis = -1; axis >= -each.rank(); axis--) {
      fits &= x.shape().dim(axis) == each.dim(axis);
    }
    ShapeException.unless(
        fits,
        "layerNorm: expected gamma and beta of the shape of the last axes of x %s, got %s and %s",
        x.shape(),
        each,
        beta.shape());
    Shape flat = Shape.of(each.size());
    Variable y = groupNorm(reshape(x, rows), reshape(gamma, flat), reshape(beta, flat), 1, eps);
    return reshape(y, x.shape());
  }

  private static Shape rows(Shape x, int axes) {
    ShapeException.unless(
        axes >= 1 && axes <= x.rank(),
        "layerNorm: expected 1 to %d axes to normalize of x %s, got %d",
        x.rank(),
        x,
        axes);
    int rows = Concatenate.rows(x, x.rank() - axes);
    return Shape.of(rows, Concatenate.columns(x, x.rank() - axes));
  }
}
