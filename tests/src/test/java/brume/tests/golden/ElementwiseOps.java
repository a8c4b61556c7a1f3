package brume.tests.golden;

import static brume.autograd.function.Add.add;
import static brume.autograd.function.Affine.scale;
import static brume.autograd.function.Clamp.clamp;
import static brume.autograd.function.Cos.cos;
import static brume.autograd.function.Exp.exp;
import static brume.autograd.function.Gelu.gelu;
import static brume.autograd.function.MeanSquaredError.meanSquaredError;
import static brume.autograd.function.Multiply.multiply;
import static brume.autograd.function.SiLU.silu;
import static brume.autograd.function.Sin.sin;
import static brume.autograd.function.Subtract.subtract;
import static brume.autograd.function.Tanh.tanh;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.tensor.Shape;
import java.util.List;
import java.util.function.BinaryOperator;

/** Arithmetic and functions of one number. */
final class ElementwiseOps {

  private ElementwiseOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("silu", in -> silu(in.x())),
        op("gelu", in -> gelu(in.x()))
            .when(asked -> asked.attrs().path("approximate").asText("none").equals("none")),
        op("tanh", in -> tanh(in.x())),
        op("sin", in -> sin(in.x())),
        op("cos", in -> cos(in.x())),
        op("exp", in -> exp(in.x())),
        op("neg", in -> scale(in.x(), -1)),
        op("square", in -> multiply(in.x(), in.x())),
        op("add", in -> both(in, (a, b) -> add(a, b))),
        op("sub", in -> both(in, (a, b) -> subtract(a, b))),
        op("mul", in -> both(in, (a, b) -> multiply(a, b))),
        op(
            "clamp",
            in -> clamp(
                in.x(),
                in.attr("min").asDouble(Double.NEGATIVE_INFINITY),
                in.attr("max").asDouble(Double.POSITIVE_INFINITY))),
        op("mse_loss", ElementwiseOps::squaredError)
            .when(asked -> !asked.attrs().path("reduction").asText().equals("none")));
  }

  /** Applies a function after making the shapes equal. */
  private static Variable both(TorchArguments in, BinaryOperator<Variable> function) {
    Variable a = in.tensor("input.a"), b = in.tensor("input.b");
    Shape shape = common(a.shape(), b.shape());
    return function.apply(TorchArguments.broadcast(a, shape), TorchArguments.broadcast(b, shape));
  }

  static Shape common(Shape a, Shape b) {
    int[] dims = new int[Math.max(a.rank(), b.rank())];
    for (int i = 1; i <= dims.length; i++) {
      int ofA = i > a.rank() ? 1 : a.dim(-i), ofB = i > b.rank() ? 1 : b.dim(-i);
      dims[dims.length - i] = Math.max(ofA, ofB);
    }
    return Shape.of(dims);
  }

  private static Variable squaredError(TorchArguments in) {
    Variable x = in.x();
    Variable mean =
        meanSquaredError(x, in.tensor("input.target"), in.filled(1, x.shape().dim(0)));
    boolean sum = in.attr("reduction").asText().equals("sum");
    return sum ? scale(mean, x.shape().size()) : mean;
  }
}
