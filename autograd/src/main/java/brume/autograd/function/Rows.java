package brume.autograd.function;

import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.RowFunction;

/** What all functions of the numbers along some axes share. */
final class Rows {

  private Rows() {}

  /** The rows of x along some axes, none of them empty. */
  static ReductionGeometry along(String function, Variable x, Axes over) {
    ReductionGeometry at = ReductionGeometry.of(function, x.shape(), over);
    ShapeException.unless(
        at.columns() > 0,
        "%s: expected at least one number along axes %s, got x %s",
        function,
        over.numbers(),
        x.shape());
    return at;
  }

  static Tensor value(Reduction f, double p, ReductionGeometry at, Variable x) {
    Tensor y = x.value().like(at.y());
    ReductionKernels.of(y).reduce(f, p, at, x.value(), y);
    return y;
  }

  static Tensor gradient(Reduction f, double p, ReductionGeometry at, Tensor x, Tensor dy) {
    Tensor dx = dy.like(at.x());
    ReductionKernels.of(dy).reduceGrad(f, p, at, x, dy, dx);
    return dx;
  }

  static Tensor value(RowFunction f, double p, ReductionGeometry at, Variable x) {
    Tensor y = x.value().like();
    ReductionKernels.of(y).mapRows(f, p, at, x.value(), y);
    return y;
  }

  static Tensor gradient(RowFunction f, double p, ReductionGeometry at, Tensor saved, Tensor dy) {
    Tensor dx = dy.like();
    ReductionKernels.of(dy).mapRowsGrad(f, p, at, saved, dy, dx);
    return dx;
  }
}
