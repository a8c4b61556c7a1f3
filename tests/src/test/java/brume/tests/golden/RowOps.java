package brume.tests.golden;

import static brume.autograd.function.norm.Normalize.normalize;
import static brume.autograd.function.reduce.Amax.amax;
import static brume.autograd.function.reduce.Amin.amin;
import static brume.autograd.function.reduce.CumulativeProduct.cumulativeProduct;
import static brume.autograd.function.reduce.CumulativeSum.cumulativeSum;
import static brume.autograd.function.reduce.LogSoftmax.logSoftmax;
import static brume.autograd.function.reduce.LogSumExp.logSumExp;
import static brume.autograd.function.reduce.Max.argMax;
import static brume.autograd.function.reduce.Max.max;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.reduce.Min.argMin;
import static brume.autograd.function.reduce.Min.min;
import static brume.autograd.function.reduce.Norm.norm;
import static brume.autograd.function.reduce.Product.product;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.StandardDeviation.standardDeviation;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.reduce.Variance.variance;
import static brume.tests.golden.TorchOp.op;
import static brume.tests.golden.TorchOp.several;

import brume.autograd.Variable;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.List;
import java.util.function.BiFunction;

/** Functions of the numbers along some axes. */
final class RowOps {

  private RowOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("sum", in -> sum(in.x(), axes(in))),
        op("mean", in -> mean(in.x(), axes(in))),
        op("var", in -> variance(in.x(), axes(in), in.attr("correction").asInt(1))),
        op(
            "std",
            in -> standardDeviation(in.x(), axes(in), in.attr("correction").asInt(1))),
        op("amax", in -> amax(in.x(), axes(in))),
        op("amin", in -> amin(in.x(), axes(in))),
        several("max", in -> extremes(in, RowOps::largest, (x, over) -> argMax(x, over))),
        several("min", in -> extremes(in, RowOps::smallest, (x, over) -> argMin(x, over))),
        op("argmax", in -> argMax(in.x(), axes(in))),
        op("argmin", in -> argMin(in.x(), axes(in))),
        op("prod", in -> product(in.x(), axes(in))),
        op("norm2", in -> norm(in.x(), axes(in))),
        op("logsumexp", in -> logSumExp(in.x(), axes(in))),
        op("l2_normalize", in -> normalize(in.x(), in.integer("dim"), in.number("eps", 1e-12))),
        op("softmax", in -> softmax(in.x(), in.integer("dim"))),
        op("log_softmax", in -> logSoftmax(in.x(), in.integer("dim"))),
        op("cumsum", in -> cumulativeSum(in.x(), in.integer("dim"))),
        op("cumprod", in -> cumulativeProduct(in.x(), in.integer("dim"))));
  }

  /** Over everything, equal numbers share the gradient; along an axis, one has it all. */
  private static Variable largest(Variable x, Axes over) {
    return over.numbers().isEmpty() ? amax(x, over) : max(x, over);
  }

  private static Variable smallest(Variable x, Axes over) {
    return over.numbers().isEmpty() ? amin(x, over) : min(x, over);
  }

  /** The values, and their positions if these are among the outputs. */
  private static List<Variable> extremes(
      TorchArguments in,
      BiFunction<Variable, Axes, Variable> values,
      BiFunction<Variable, Axes, Variable> positions) {
    return in.outputs().stream()
        .map(name -> (name.equals("indices") ? positions : values).apply(in.x(), axes(in)))
        .toList();
  }

  private static Axes axes(TorchArguments in) {
    Axes axes = in.attr("dim").isInt() ? Axes.of(in.integer("dim")) : Axes.of(in.integers("dim"));
    return in.attr("keepdim").asBoolean() ? axes.keep() : axes;
  }
}
