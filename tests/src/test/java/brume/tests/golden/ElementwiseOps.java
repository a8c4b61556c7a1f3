package brume.tests.golden;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.negate;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Clamp.clamp;
import static brume.autograd.function.pointwise.Divide.divide;
import static brume.autograd.function.pointwise.Maximum.maximum;
import static brume.autograd.function.pointwise.Minimum.minimum;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.abs;
import static brume.autograd.function.pointwise.Pointwise.cos;
import static brume.autograd.function.pointwise.Pointwise.erf;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static brume.autograd.function.pointwise.Pointwise.expm1;
import static brume.autograd.function.pointwise.Pointwise.gelu;
import static brume.autograd.function.pointwise.Pointwise.geluTanh;
import static brume.autograd.function.pointwise.Pointwise.leakyRelu;
import static brume.autograd.function.pointwise.Pointwise.log;
import static brume.autograd.function.pointwise.Pointwise.log1p;
import static brume.autograd.function.pointwise.Pointwise.quickGelu;
import static brume.autograd.function.pointwise.Pointwise.reciprocal;
import static brume.autograd.function.pointwise.Pointwise.relu;
import static brume.autograd.function.pointwise.Pointwise.rsqrt;
import static brume.autograd.function.pointwise.Pointwise.sigmoid;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.pointwise.Pointwise.sin;
import static brume.autograd.function.pointwise.Pointwise.sqrt;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.autograd.function.pointwise.Power.power;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.pointwise.Where.where;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.tensor.Shape;
import java.util.List;

/** Arithmetic and functions of one number. */
final class ElementwiseOps {

  private ElementwiseOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("sigmoid", in -> sigmoid(in.x())),
        op("silu", in -> silu(in.x())),
        op(
            "gelu",
            in -> in.attr("approximate").asText().equals("tanh") ? geluTanh(in.x()) : gelu(in.x())),
        op("quick_gelu", in -> quickGelu(in.x())),
        op("relu", in -> relu(in.x())),
        op("leaky_relu", in -> leakyRelu(in.x(), in.number("negative_slope", 0.01))),
        op("softplus", ElementwiseOps::softplus),
        op("tanh", in -> tanh(in.x())),
        op("sin", in -> sin(in.x())),
        op("cos", in -> cos(in.x())),
        op("exp", in -> exp(in.x())),
        op("expm1", in -> expm1(in.x())),
        op("log", in -> log(in.x())),
        op("log1p", in -> log1p(in.x())),
        op("sqrt", in -> sqrt(in.x())),
        op("rsqrt", in -> rsqrt(in.x())),
        op("square", in -> square(in.x())),
        op("reciprocal", in -> reciprocal(in.x())),
        op("abs", in -> abs(in.x())),
        op("neg", in -> negate(in.x())),
        op("erf", in -> erf(in.x())),
        op("pow_scalar", in -> power(in.x(), in.number("exponent"))),
        op(
            "clamp",
            in -> clamp(
                in.x(),
                in.attr("min").asDouble(Double.NEGATIVE_INFINITY),
                in.attr("max").asDouble(Double.POSITIVE_INFINITY))),
        op("add", in -> add(in.a(), in.b())),
        op("sub", in -> subtract(in.a(), in.b())),
        op("mul", in -> multiply(in.a(), in.b())),
        op("div", in -> divide(in.a(), in.b())),
        op("pow", in -> power(in.a(), in.b())),
        op("maximum", in -> maximum(in.a(), in.b())),
        op("minimum", in -> minimum(in.a(), in.b())),
        op("where", in -> where(in.constant("input.mask"), in.a(), in.b())));
  }

  /** log(1 + e^βx)/β. */
  private static Variable softplus(TorchArguments in) {
    double beta = in.number("beta", 1);
    return scale(Pointwise.softplus(scale(in.x(), beta)), 1 / beta);
  }

  static Shape common(Shape a, Shape b) {
    int[] dims = new int[Math.max(a.rank(), b.rank())];
    for (int i = 1; i <= dims.length; i++) {
      int ofA = i > a.rank() ? 1 : a.dim(-i), ofB = i > b.rank() ? 1 : b.dim(-i);
      dims[dims.length - i] = Math.max(ofA, ofB);
    }
    return Shape.of(dims);
  }
}
