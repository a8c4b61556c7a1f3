package brume.autograd;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.GradientCheck.Report;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ElementwiseKernels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GradientCheckTest {

  private static final Device DEVICE = Backends.reference();

  private Scope scope;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void passesRightDerivatives() {
    Variable a = parameter(0.5f, -1, 20), b = parameter(2, 3, -0.1f);
    Report report = GradientCheck.standard().check(() -> multiply(exp(a), b), a, b);
    assertTrue(report.passed(), report::toString);
    assertEquals(6, report.checked());
    assertEquals("gradient check: all 6 derivatives agree", report.toString());
    report.requirePassed();
  }

  @Test
  void namesTheWorstElementOfAWrongDerivative() {
    Variable a = parameter(0.5f, -1, 3), b = parameter(2, 3, -0.1f);
    Report report = GradientCheck.standard().check(() -> wrongProduct(a, b), a, b);
    assertEquals(3, report.deviations().size());
    GradientCheck.Deviation worst = report.deviations().get(0);
    assertEquals(1, worst.input());
    assertEquals(2, worst.element());
    assertEquals(2 * worst.numeric(), worst.analytic(), 1e-6);
    Exception e = assertThrows(IllegalStateException.class, report::requirePassed);
    assertTrue(
        e.getMessage()
            .matches("gradient check: expected equal derivatives, got 3 of 6 different; worst is"
                + " input 1 \\(3\\), element 2: numeric [0-9.]+, analytic [0-9.]+"),
        e::getMessage);
  }

  @Test
  void noticesDerivativesThatAreNotNumbers() {
    Variable a = parameter(0.5f);
    Report report = GradientCheck.standard().check(() -> forgotten(a), a);
    assertFalse(report.passed());
  }

  @Test
  void skipsConstants() {
    Variable a = parameter(1, 2), c = Variable.constant(parameter(3, 4).value());
    assertEquals(2, GradientCheck.standard().check(() -> multiply(a, c), a, c).checked());
  }

  @Test
  void leavesTheInputsAsTheyWere() {
    Variable a = parameter(0.1f, 2);
    double[] before = a.value().toDoubles();
    GradientCheck.standard().check(() -> multiply(a, a), a);
    assertArrayEquals(before, a.value().toDoubles());
  }

  @Test
  void wantsSomethingToCheck() {
    Variable c = Variable.constant(parameter(3).value());
    Exception e = assertThrows(
        IllegalArgumentException.class, () -> GradientCheck.standard().check(() -> c, c));
    assertEquals(
        "gradient check: expected an input that requires a gradient, got none", e.getMessage());
  }

  /** a·b with twice the right gradient of b. */
  private static Variable wrongProduct(Variable a, Variable b) {
    Tensor y = a.value().like();
    ElementwiseKernels.of(y).multiply(a.value(), b.value(), y);
    return Variable.of(y, new WrongProduct(a.value(), b.value()), a, b);
  }

  private record WrongProduct(Tensor a, Tensor b) implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      Tensor da = a.like(), db = b.like();
      ElementwiseKernels.of(dy).multiply(dy, b, da);
      ElementwiseKernels.of(dy).multiply(dy, a, db);
      ElementwiseKernels.of(dy).affine(2, db, 0, db);
      grads.put(0, da);
      grads.put(1, db);
    }
  }

  /** A function that forgets to write its gradient. */
  private static Variable forgotten(Variable a) {
    Tensor y = a.value().like();
    y.copyFrom(a.value().toDoubles());
    return Variable.of(y, new Forgotten(), a);
  }

  private record Forgotten() implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      grads.put(0, dy.like());
    }
  }

  private static Variable parameter(float... values) {
    return Variable.parameter(Tensor.of(DEVICE, Shape.of(values.length), values));
  }
}
