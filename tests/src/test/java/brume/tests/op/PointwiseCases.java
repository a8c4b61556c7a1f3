package brume.tests.op;

import static brume.autograd.function.loss.BinaryCrossEntropy.binaryCrossEntropy;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Divide.divide;
import static brume.autograd.function.pointwise.Gated.gated;
import static brume.autograd.function.pointwise.Maximum.maximum;
import static brume.autograd.function.pointwise.Minimum.minimum;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.abs;
import static brume.autograd.function.pointwise.Pointwise.erf;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static brume.autograd.function.pointwise.Pointwise.expm1;
import static brume.autograd.function.pointwise.Pointwise.geluTanh;
import static brume.autograd.function.pointwise.Pointwise.huber;
import static brume.autograd.function.pointwise.Pointwise.leakyRelu;
import static brume.autograd.function.pointwise.Pointwise.log;
import static brume.autograd.function.pointwise.Pointwise.log1p;
import static brume.autograd.function.pointwise.Pointwise.quickGelu;
import static brume.autograd.function.pointwise.Pointwise.reciprocal;
import static brume.autograd.function.pointwise.Pointwise.relu;
import static brume.autograd.function.pointwise.Pointwise.rsqrt;
import static brume.autograd.function.pointwise.Pointwise.sigmoid;
import static brume.autograd.function.pointwise.Pointwise.sin;
import static brume.autograd.function.pointwise.Pointwise.softplus;
import static brume.autograd.function.pointwise.Pointwise.sqrt;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.pointwise.Power.power;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.pointwise.Where.where;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.tensor.Shape.of;
import static brume.tests.op.Extreme.CONSTANT;
import static brume.tests.op.Extreme.HUNDREDS;
import static brume.tests.op.Extreme.ONE_HUGE;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import brume.autograd.Variable;
import brume.tensor.kernel.UnaryFunction;
import java.util.stream.Stream;

/** Functions of one and of two numbers. */
final class PointwiseCases {

  private static final String OVERFLOWS = "e¹⁰⁰ is no float";

  private PointwiseCases() {}

  // spotless:off

  static Stream<OpCase> small() {
    return Stream.concat(ofOne(), ofTwo());
  }

  static Stream<OpCase> large() {
    return Stream.of(
        op("divide, six axes in turn", in(of(3, 1, 4, 1, 2, 1), of(1, 5, 1, 3, 1, 2)), v -> divide(v[0], exp(v[1]))),
        op("sigmoid, long", in(of(10007)), v -> sigmoid(v[0])),
        op("gated, long", in(of(301, 134)), v -> gated(UnaryFunction.GELU, v[0])),
        op("relu, long", in(of(10007)), v -> relu(v[0])),
        op("leakyRelu, long", in(of(10007)), v -> leakyRelu(v[0], 0.1)),
        op("square, long", in(of(10007)), v -> square(v[0])),
        op("softplus, long", in(of(40007)), v -> softplus(v[0])),
        op("multiply, rows repeated", in(of(700, 61), of(61)), v -> multiply(v[0], v[1])),
        op("multiply, columns repeated", in(of(61, 700), of(61, 1)), v -> multiply(v[0], v[1])),
        op("divide, one number by many", in(of(), of(40007)), v -> divide(v[0], positive(v[1]))),
        op("add, both repeated", in(of(70, 1, 31), of(33, 1)), v -> add(v[0], v[1])));
  }

  private static Stream<OpCase> ofOne() {
    return Stream.of(
        op("sigmoid", in(of(2, 19)), v -> sigmoid(v[0])),
        op("relu", in(of(2, 19)), v -> relu(v[0])),
        op("leakyRelu", in(of(2, 19)), v -> leakyRelu(v[0], 0.2)),
        op("softplus", in(of(2, 19)), v -> softplus(v[0])),
        op("geluTanh", in(of(2, 19)), v -> geluTanh(v[0])),
        op("gated, gelu", in(of(2, 3, 38)), v -> gated(UnaryFunction.GELU, v[0])),
        op("gated, silu", in(of(2, 3, 38)), v -> gated(UnaryFunction.SILU, v[0])),
        op("quickGelu", in(of(2, 19)), v -> quickGelu(v[0])),
        op("erf", in(of(2, 19)), v -> erf(v[0])),
        op("expm1", in(of(7)), v -> expm1(v[0])).except(HUNDREDS, OVERFLOWS).except(CONSTANT, OVERFLOWS).except(ONE_HUGE, OVERFLOWS),
        op("log", in(of(7)), v -> log(positive(v[0]))),
        op("log1p", in(of(7)), v -> log1p(positive(v[0]))),
        op("sqrt", in(of(7)), v -> sqrt(positive(v[0]))),
        op("rsqrt", in(of(7)), v -> rsqrt(positive(v[0]))),
        op("reciprocal", in(of(7)), v -> reciprocal(positive(v[0]))),
        op("square", in(of(2, 19)), v -> square(v[0])),
        op("abs", in(of(2, 19)), v -> abs(v[0])),
        op("huber", in(of(2, 19)), v -> huber(v[0], 0.7)));
  }

  private static Stream<OpCase> ofTwo() {
    return Stream.of(
        op("add, rows repeated", in(of(3, 4), of(4)), v -> add(v[0], v[1])),
        op("add, both repeated small", in(of(2, 1, 5), of(4, 1)), v -> add(v[0], v[1])),
        op("subtract, planes repeated", in(of(2, 3, 2, 2), of(3, 1, 1)), v -> subtract(v[0], v[1])),
        op("subtract, from a vector", in(of(3), of(2, 2, 3)), v -> subtract(v[0], v[1])),
        op("multiply, by a number", in(of(2, 3), of()), v -> multiply(v[0], v[1])),
        op("multiply, of one element", in(of(1, 1), of(1)), v -> multiply(v[0], v[1])),
        op("multiply, by itself repeated", in(of(3)), v -> multiply(v[0], reshape(v[0], of(3, 1)))),
        op("divide", in(of(2, 5), of(2, 5)), v -> divide(v[0], positive(v[1]))),
        op("divide, repeated", in(of(2, 1), of(3)), v -> divide(v[0], positive(v[1]))),
        op("power", in(of(2, 5), of(2, 5)), v -> power(positive(v[0]), sin(v[1]))),
        op("power, repeated", in(of(2, 1), of(3)), v -> power(positive(v[0]), sin(v[1]))),
        op("power, of fixed exponent", in(of(2, 5)), v -> power(v[0], 2)),
        op("maximum", in(of(2, 5), of(2, 5)), v -> maximum(v[0], v[1])),
        op("maximum, repeated", in(of(2, 1), of(3)), v -> maximum(v[0], v[1])),
        op("minimum", in(of(2, 5), of(2, 5)), v -> minimum(v[0], v[1])),
        op("minimum, repeated", in(of(2, 1), of(3)), v -> minimum(v[0], v[1])),
        op("where", in(of(2, 5), of(2, 5), of(2, 5)), v -> where(relu(v[0]), v[1], v[2])).constant(0),
        op("where, repeated", in(of(2, 3, 1), of(3, 4), of(2, 1, 1)), v -> where(relu(v[0]), v[1], v[2])).constant(0),
        op("binaryCrossEntropy", in(of(2, 5), of(2, 5)), v -> binaryCrossEntropy(v[0], v[1])),
        op("binaryCrossEntropy, one truth", in(of(2, 5), of()), v -> binaryCrossEntropy(v[0], sigmoid(v[1]))));
  }

  // spotless:on

  /** x² + ½, where roots and logarithms are smooth. */
  private static Variable positive(Variable x) {
    return affine(square(x), 1, 0.5);
  }
}
