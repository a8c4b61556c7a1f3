package brume.autograd.function.reduce;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.RowFunction;

/** What all functions of the numbers along some axes share. */
public final class Rows {

  private Rows() {}

  /**
   * The rows of x along some axes, none of them empty.
   *
   * @param function who asks, for the message
   * @param x of any shape
   * @param over the axes
   * @return how x falls into rows
   * @throws ShapeException if x has no such axes or no numbers along them
   */
  public static ReductionGeometry along(String function, Variable x, Axes over) {
    ReductionGeometry at = ReductionGeometry.of(function, x.shape(), over);
    ShapeException.unless(
        at.columns() > 0,
        "%s: expected at least one number along axes %s, got x %s",
        function,
        over.numbers(),
        x.shape());
    return at;
  }

  /**
   * Reduces every row to a number.
   *
   * @param f which reduction
   * @param p its parameter, if it has one
   * @param at the rows
   * @param x input
   * @return one number per row
   */
  public static Tensor value(Reduction f, double p, ReductionGeometry at, Variable x) {
    Tensor y = x.value().like(at.y());
    ReductionKernels.of(y).reduce(f, p, at, x.value(), y);
    return y;
  }

  /**
   * The gradient of a reduction.
   *
   * @param f which reduction
   * @param p its parameter, if it has one
   * @param at the rows
   * @param x saved input; what the reduction does not need may be any tensor
   * @param dy one number per row
   * @return of the shape of the input
   */
  public static Tensor gradient(Reduction f, double p, ReductionGeometry at, Tensor x, Tensor dy) {
    Tensor dx = dy.like(at.x());
    ReductionKernels.of(dy).reduceGrad(f, p, at, x, dy, dx);
    return dx;
  }

  /**
   * Turns every row into a row.
   *
   * @param f which function
   * @param p its parameter, if it has one
   * @param at the rows
   * @param x input
   * @return of the shape of {@code x}
   */
  public static Tensor value(RowFunction f, double p, ReductionGeometry at, Variable x) {
    Tensor y = x.value().like();
    ReductionKernels.of(y).mapRows(f, p, at, x.value(), y);
    return y;
  }

  /**
   * The gradient of a function from rows to rows.
   *
   * @param f which function
   * @param p its parameter, if it has one
   * @param at the rows
   * @param saved input or output, whichever the function saves
   * @param dy of the shape of the input
   * @return of the shape of the input
   */
  public static Tensor gradient(
      RowFunction f, double p, ReductionGeometry at, Tensor saved, Tensor dy) {
    Tensor dx = dy.like();
    ReductionKernels.of(dy).mapRowsGrad(f, p, at, saved, dy, dx);
    return dx;
  }
}
