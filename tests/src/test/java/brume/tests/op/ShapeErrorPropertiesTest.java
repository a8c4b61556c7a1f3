package brume.tests.op;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.LinearAttention.linearAttention;
import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.conv.ConvTranspose2d.convTranspose2d;
import static brume.autograd.function.linear.AddBias.addBias;
import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.loss.BinaryCrossEntropy.binaryCrossEntropy;
import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Divide.divide;
import static brume.autograd.function.pointwise.Maximum.maximum;
import static brume.autograd.function.pointwise.Minimum.minimum;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Power.power;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.pointwise.Where.where;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Stack.stack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Functions of two variables take any two shapes, or refuse them with a {@link ShapeException} that
 * shows both: never with the exception of an array. The seed is fixed, so that a build fails for what
 * changed and not by chance.
 */
class ShapeErrorPropertiesTest {

  private static final Device ON = Backends.reference();

  /** Functions of pairs of numbers, which repeat axes of size 1. */
  private static final Map<String, BiFunction<Variable, Variable, Variable>> POINTWISE =
      Map.ofEntries(
          Map.entry("add", (a, b) -> add(a, b)),
          Map.entry("subtract", (a, b) -> subtract(a, b)),
          Map.entry("multiply", (a, b) -> multiply(a, b)),
          Map.entry("divide", (a, b) -> divide(a, b)),
          Map.entry("power", (a, b) -> power(a, b)),
          Map.entry("maximum", (a, b) -> maximum(a, b)),
          Map.entry("minimum", (a, b) -> minimum(a, b)),
          Map.entry("binaryCrossEntropy", (a, b) -> binaryCrossEntropy(a, b)),
          Map.entry("where", ShapeErrorPropertiesTest::chosen));

  /** Functions with rules of their own. */
  private static final Map<String, BiFunction<Variable, Variable, Variable>> OTHERS = Map.ofEntries(
      Map.entry("addBias", (a, b) -> addBias(a, b)),
      Map.entry("attention", (a, b) -> attention(a, b, b, 1, 1)),
      Map.entry("concatenate", (a, b) -> concatenate(a, b)),
      Map.entry("concatenate, axis 1", (a, b) -> concatenate(1, a, b)),
      Map.entry("conv2d", (a, b) -> conv2d(a, b, Window.padded(1))),
      Map.entry("convTranspose2d", (a, b) -> convTranspose2d(a, b, Window.padded(0), 0, 0)),
      Map.entry("crossEntropy", (a, b) -> crossEntropy(a, Variable.constant(b.value()))),
      Map.entry("einsum", (a, b) -> einsum("ij,jk->ik", a, b)),
      Map.entry("linear", (a, b) -> linear(a, b)),
      Map.entry("linearAttention", (a, b) -> linearAttention(a, b, b, 1, 1)),
      Map.entry("matmul", (a, b) -> matmul(a, b)),
      Map.entry("meanSquaredError", ShapeErrorPropertiesTest::squaredError),
      Map.entry("mixSamples", ShapeErrorPropertiesTest::mixed),
      Map.entry("rmsNorm", (a, b) -> rmsNorm(a, b)),
      Map.entry("scaleShift", (a, b) -> scaleShift(a, b)),
      Map.entry("stack", (a, b) -> stack(0, a, b)));

  @Property(tries = 300, seed = "2026")
  void pointwiseFunctionsTakeShapesThatRepeat(
      @ForAll("pointwise") String name, @ForAll("shapes") Shape a, @ForAll("shapes") Shape b) {
    Assume.that(repeat(a, b));
    try (Scope scope = Scope.open()) {
      Shape y = POINTWISE.get(name).apply(variable(a), variable(b)).shape();
      assertEquals(Math.max(a.rank(), b.rank()), y.rank());
    }
  }

  @Property(tries = 300, seed = "2026")
  void pointwiseFunctionsRefuseOthersAndShowBoth(
      @ForAll("pointwise") String name, @ForAll("shapes") Shape a, @ForAll("shapes") Shape b) {
    Assume.that(!repeat(a, b));
    try (Scope scope = Scope.open()) {
      ShapeException refusal = assertThrows(
          ShapeException.class, () -> POINTWISE.get(name).apply(variable(a), variable(b)));
      requireBoth(refusal, name, a, b);
    }
  }

  @Property(tries = 3000, seed = "2026")
  void otherFunctionsTakeShapesOrShowBoth(
      @ForAll("others") String name, @ForAll("shapes") Shape a, @ForAll("shapes") Shape b) {
    try (Scope scope = Scope.open()) {
      OTHERS.get(name).apply(variable(a), variable(b));
    } catch (ShapeException refusal) {
      requireBoth(refusal, name, a, b);
    }
  }

  /** A shape of too many or too few axes may stand alone: no other could make it right. */
  private static void requireBoth(ShapeException refusal, String name, Shape a, Shape b) {
    String message = String.valueOf(refusal.getMessage());
    boolean named = name.replaceAll(",.*", "")
        .toLowerCase(Locale.ROOT)
        .endsWith(message.replaceAll(":.*", "").toLowerCase(Locale.ROOT));
    boolean both = message.contains(a.toString()) && message.contains(b.toString());
    boolean alone = Stream.of(a, b)
        .anyMatch(
            shape -> message.matches(".*: expected .* (of shape \\(.*\\)|to have \\d axes).*, got "
                + Pattern.quote(shape.toString())));
    assertTrue(
        named && (both || alone), () -> Text.of("%s of %s and %s says: %s", name, a, b, message));
  }

  /** Whether sizes are equal or 1, counted from the last axis. */
  private static boolean repeat(Shape a, Shape b) {
    for (int axis = 1; axis <= Math.min(a.rank(), b.rank()); axis++) {
      int m = a.dim(-axis), n = b.dim(-axis);
      if (m != n && m != 1 && n != 1) {
        return false;
      }
    }
    return true;
  }

  private static Variable chosen(Variable a, Variable b) {
    return where(Variable.constant(zeros(Shape.of())), a, b);
  }

  private static Variable squaredError(Variable a, Variable b) {
    int samples = a.shape().rank() == 0 ? 1 : a.shape().dim(0);
    return meanSquaredError(a, b, Variable.constant(zeros(Shape.of(samples))));
  }

  private static Variable mixed(Variable a, Variable b) {
    int samples = a.shape().rank() == 0 ? 1 : a.shape().dim(0);
    return mixSamples(new double[samples], a, new double[samples], b);
  }

  private static Variable variable(Shape shape) {
    return Variable.parameter(zeros(shape));
  }

  private static Tensor zeros(Shape shape) {
    return Tensor.of(ON, shape, new double[shape.size()]);
  }

  @Provide
  Arbitrary<String> pointwise() {
    return Arbitraries.of(POINTWISE.keySet().stream().sorted().toList());
  }

  @Provide
  Arbitrary<String> others() {
    return Arbitraries.of(OTHERS.keySet().stream().sorted().toList());
  }

  /** Shapes of up to four axes. */
  @Provide
  Arbitrary<Shape> shapes() {
    Arbitrary<List<Integer>> sizes = Arbitraries.integers().between(1, 3).list().ofMaxSize(4);
    return sizes.map(list -> Shape.of(list.stream().mapToInt(Integer::intValue).toArray()));
  }
}
