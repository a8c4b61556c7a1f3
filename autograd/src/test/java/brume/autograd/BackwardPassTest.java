package brume.autograd;

import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.shape.Reshape.reshape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackwardPassTest {

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

  // ---- What is computed -------------------------------------------------------------------------

  @Test
  void anInputUsedTwiceReceivesBothParts() {
    Variable x = parameter(3, -2);
    assertGradient(sum(multiply(x, x)).backward(), x, 6, -4);
  }

  @Test
  void oneTensorDeliveredToTheSameInputTwiceCountsTwice() {
    Variable x = parameter(3, -2);
    assertGradient(sum(add(x, x)).backward(), x, 2, 2);
  }

  @Test
  void oneTensorDeliveredToSeveralInputsReachesAll() {
    Variable x = parameter(1, 2), z = parameter(5, 6);
    Variable constant = Variable.constant(x.value());
    Tensor y = x.value().like();
    y.copyFrom(0, 0);
    Variable loss = sum(Variable.of(y, new SharedGradient(), constant, x, x, z));
    Gradients gradients = loss.backward();
    assertGradient(gradients, x, 14, 14);
    assertGradient(gradients, z, 7, 7);
  }

  @Test
  void gradientsAreToldOnceEachAsSoonAsTheyAreWhole() {
    Variable first = parameter(1, 2), shared = parameter(3, 4), last = parameter(5, 6);
    Variable unused = parameter(7, 8);
    List<Variable> told = new ArrayList<>();
    List<Boolean> begun = new ArrayList<>(); // whether the first step had been undone by then
    boolean[] undone = {false};
    Variable hidden = Variable.of(
        first.value().like(), new Marking(() -> undone[0] = true), multiply(first, shared));
    Variable loss = sum(multiply(multiply(hidden, last), shared));
    Map<Variable, double[]> values = new IdentityHashMap<>();
    Gradients gradients = loss.backward((parameter, gradient) -> {
      told.add(parameter);
      begun.add(undone[0]);
      values.put(parameter, gradient.toDoubles());
    });
    assertEquals(List.of(last, first, shared), told);
    assertEquals(List.of(false, true, true), begun);
    for (Variable each : told) {
      assertArrayEquals(gradients.of(each).orElseThrow().toDoubles(), values.get(each));
    }
    assertEquals(3, gradients.parameters().size());
    assertTrue(gradients.of(unused).isEmpty());
    List<Variable> alone = new ArrayList<>();
    parameter(2).backward((parameter, gradient) -> alone.add(parameter));
    assertEquals(1, alone.size());
  }

  @Test
  void gradientsThatAreUsedOneByOneAreFreedAndNobodyReadsTheirParametersAnymore() {
    Variable first = parameter(1, 2), shared = parameter(3, 4), last = parameter(5, 6);
    Variable view = parameter(7, 8);
    Map<Variable, Tensor> used = new IdentityHashMap<>();
    Map<Variable, double[]> values = new IdentityHashMap<>();
    Variable hidden = multiply(multiply(first, shared), reshape(view, Shape.of(2)));
    Variable loss = sum(add(multiply(multiply(hidden, last), shared), shared));
    Gradients expected = sum(add(
            multiply(multiply(multiply(multiply(first, shared), view), last), shared), shared))
        .backward();
    List<Variable> moved = loss.backwardOneByOne((parameter, gradient) -> {
      values.put(parameter, gradient.toDoubles());
      used.put(parameter, gradient);
      parameter.value().copyFrom(Float.NaN, Float.NaN); // as an optimizer would, and worse
    });
    assertEquals(expected.parameters(), moved);
    for (Variable each : moved) {
      assertArrayEquals(expected.of(each).orElseThrow().toDoubles(), values.get(each));
      assertTrue(used.get(each).isFreed());
    }
  }

  @Test
  void aGradientThatAnotherWaitsForIsNotFreed() {
    Variable x = parameter(1, 2), w = parameter(3, 4), z = parameter(5, 6);
    Variable constant = Variable.constant(x.value());
    Tensor y = x.value().like();
    y.copyFrom(0, 0);
    Map<Variable, double[]> values = new IdentityHashMap<>();
    sum(Variable.of(y, new SharedGradient(), constant, x, w, scale(z, 2)))
        .backwardOneByOne((parameter, gradient) -> values.put(parameter, gradient.toDoubles()));
    assertArrayEquals(new double[] {7, 7}, values.get(x)); // the first to have the tensor
    assertArrayEquals(new double[] {7, 7}, values.get(w));
    assertArrayEquals(new double[] {14, 14}, values.get(z));
  }

  @Test
  void aParameterAloneIsUsedToo() {
    List<Variable> used = parameter(2).backwardOneByOne((parameter, gradient) -> {});
    assertEquals(1, used.size());
  }

  /** Hands its gradient on, and says that it did. */
  private record Marking(Runnable undone) implements Differentiable {
    @Override
    public String name() {
      return "marking";
    }

    @Override
    public void backward(Tensor dy, InputGradients inputs) {
      undone.run();
      inputs.put(0, dy);
    }
  }

  @Test
  void pathsOfDifferentLengthMeet() {
    Variable x = parameter(1, 2);
    Variable y = scale(scale(x, 2), 3);
    assertGradient(sum(add(y, multiply(y, x))).backward(), x, 6 + 12, 6 + 24);
  }

  @Test
  void constantsReceiveNothing() {
    Variable x = parameter(3), c = Variable.constant(Tensor.of(DEVICE, Shape.of(1), 4f));
    Gradients gradients = sum(multiply(x, c)).backward();
    assertGradient(gradients, x, 4);
    assertTrue(gradients.of(c).isEmpty());
  }

  @Test
  void unwantedGradientsAreNotComputed() {
    Variable x = parameter(3), c = Variable.constant(Tensor.of(DEVICE, Shape.of(1), 4f));
    Tensor y = x.value().like();
    y.copyFrom(0);
    Gradients gradients = sum(Variable.of(y, new Lazy(), c, x)).backward();
    assertGradient(gradients, x, 1);
  }

  @Test
  void parametersTheLossDoesNotDependOnReceiveNothing() {
    Variable x = parameter(3), other = parameter(4);
    scale(other, 2);
    Gradients gradients = sum(x).backward();
    assertTrue(gradients.of(other).isEmpty());
  }

  @Test
  void aParameterMayBeTheLossItself() {
    Variable x = parameter(3);
    assertGradient(x.backward(), x, 1);
  }

  @Test
  void severalOutputsStartFromAGivenGradient() {
    Variable x = parameter(3, -2);
    Tensor dy = Tensor.of(DEVICE, Shape.of(2), 10f, 100f);
    assertGradient(multiply(x, x).backward(dy), x, 60, -400);
    assertFalse(dy.isFreed());
  }

  @Test
  void aChainOfTwentyThousandStepsDoesNotOverflow() {
    Variable x = parameter(1);
    Variable y = x;
    for (int i = 0; i < 20_000; i++) {
      y = affine(y, 1, 0.5);
    }
    assertGradient(sum(y).backward(), x, 1);
  }

  @Test
  void gradientsOfPartsAddUp() {
    Variable x = parameter(3), z = parameter(5);
    Gradients both = sum(multiply(x, x)).backward().plus(sum(multiply(x, z)).backward());
    assertGradient(both, x, 11);
    assertGradient(both, z, 3);
    assertEquals(130, both.squaredNorm(), 0);
    assertEquals(11, both.maxAbs(), 0);
    assertGradient(both.times(0.5), x, 5.5);
  }

  // ---- What is refused --------------------------------------------------------------------------

  @Test
  void gradientsOfAnotherShapeAreRefused() {
    Variable x = parameter(1, 2);
    Tensor y = x.value().like();
    y.copyFrom(0, 0);
    Variable loss = sum(Variable.of(y, new WrongShape(), x));
    Exception e = assertThrows(IllegalStateException.class, () -> loss.backward());
    assertEquals(
        "WrongShape.backward: gradient of input 0 has shape (2, 1) but the input has shape (2)",
        e.getMessage());
  }

  @Test
  void onlyASingleNumberIsALoss() {
    Variable y = scale(parameter(1, 2), 2);
    Exception e = assertThrows(ShapeException.class, () -> y.backward());
    assertEquals(
        "backward: expected a loss of one element, got shape (2); pass the gradient of the output"
            + " to start from something larger",
        e.getMessage());
  }

  @Test
  void constantsHaveNothingToGoBackTo() {
    Variable c = Variable.constant(Tensor.of(DEVICE, Shape.of(1), 4f));
    Exception e =
        assertThrows(IllegalStateException.class, () -> sum(multiply(c, c)).backward());
    assertEquals(
        "backward: expected a variable computed from parameters, got a constant of shape (); make its"
            + " inputs parameters, and compute it while the tape is not paused",
        e.getMessage());
    Tensor dy = Tensor.of(DEVICE, Shape.of(1), 1f);
    assertThrows(IllegalStateException.class, () -> scale(c, 2).backward(dy));
  }

  @Test
  void whatIsComputedWhileTheTapeIsPausedIsAConstant() {
    Variable x = parameter(1), y;
    try (Tape.Pause pause = Tape.pause()) {
      y = scale(x, 2);
    }
    assertThrows(IllegalStateException.class, () -> y.backward());
  }

  @Test
  void theGivenGradientHasTheShapeOfTheOutput() {
    Variable y = scale(parameter(1, 2), 2);
    Tensor dy = Tensor.of(DEVICE, Shape.of(1), 1f);
    Exception e = assertThrows(ShapeException.class, () -> y.backward(dy));
    assertEquals("backward: expected a gradient of shape (2), got (1)", e.getMessage());
  }

  @Test
  void whatWasUndoneCannotBeUndoneAgain() {
    Variable x = parameter(1, 2);
    Variable loss = sum(silu(scale(x, 2)));
    loss.backward();
    Exception e = assertThrows(IllegalStateException.class, () -> loss.backward());
    assertEquals(
        "tensor (2) was freed by the backward pass, which read it last; keep it with"
            + " scope.keep(...)",
        e.getMessage());
  }

  @Test
  void oneGradientAloneIsThatOfAll() {
    Variable v = parameter(3, 5), w = parameter(2, 7), other = parameter(1, 1);
    Tensor of = sum(multiply(multiply(v, w), w)).backward().of(v).orElseThrow();
    assertArrayEquals(
        of.toDoubles(), sum(multiply(multiply(v, w), w)).gradient(v).toDoubles());
    Exception e = assertThrows(IllegalStateException.class, () -> sum(v).gradient(other));
    assertTrue(
        e.getMessage().startsWith("gradient: expected a parameter that the number depends on"));
  }

  @Test
  void recordsWithinAPause() {
    Variable v = parameter(3, 5);
    try (Tape.Pause pause = Tape.pause()) {
      try (Tape.Recording recording = Tape.record()) {
        assertArrayEquals(new double[] {6, 10}, sum(multiply(v, v)).gradient(v).toDoubles());
      }
      assertFalse(sum(v).requiresGradient());
    }
  }

  @Test
  void stepsAreRecords() {
    Variable x = Variable.parameter(Tensor.of(DEVICE, Shape.of(), 1f));
    Differentiable step = new Differentiable() {
      @Override
      public void backward(Tensor dy, InputGradients grads) {
        grads.put(0, dy);
      }
    };
    Tensor y = Tensor.of(DEVICE, Shape.of(), 1f);
    Exception e = assertThrows(IllegalArgumentException.class, () -> Variable.of(y, step, x));
    assertTrue(e.getMessage().endsWith("expected a Differentiable to be a record, got a class"));
  }

  @Test
  void whatWasSavedMayNotBeWrittenBeforeTheBackwardPass() {
    Variable w = parameter(3, 5);
    Variable y = sum(multiply(w, w));
    w.value().copyFrom(100, 100); // as optimizers do
    Exception e = assertThrows(IllegalStateException.class, () -> y.backward());
    assertEquals(
        "Multiply.backward: expected a (2) as it was in the forward pass, got numbers written since; go"
            + " back before anything is changed in place, parameters too",
        e.getMessage());
  }

  @Test
  void writingThroughAViewCountsToo() {
    Variable w = parameter(3, 5), x = parameter(1, 2);
    Variable y = sum(multiply(x, w));
    Tensor view = w.value().reshape(Shape.of(2, 1));
    ElementwiseKernels.of(view).fill(7, view);
    assertThrows(IllegalStateException.class, () -> y.backward());
  }

  @Test
  void whatWasNotSavedMayBeWritten() {
    Variable w = parameter(3, 5), x = parameter(1, 2);
    Variable y = sum(add(w, x));
    w.value().copyFrom(100, 100);
    assertGradient(y.backward(), w, 1, 1);
  }

  @Test
  void whatARecomputedPartReadsMayNotBeWritten() {
    Variable w = parameter(3, 5), x = parameter(1, 2);
    Variable y = sum(Recompute.recompute(List.of(x), List.of(w), in -> multiply(in.get(0), w)));
    w.value().copyFrom(100, 100);
    Exception e = assertThrows(IllegalStateException.class, () -> y.backward());
    assertTrue(
        e.getMessage().startsWith("Recompute.backward: expected inputs (2)"), e.getMessage());
  }

  @Test
  void numbersInListsAreSavedToo() {
    Variable w = parameter(3, 5), x = parameter(1, 2);
    Variable y = einsum("i,i->", w, x);
    x.value().copyFrom(100, 100);
    Exception e = assertThrows(IllegalStateException.class, () -> y.backward());
    assertTrue(e.getMessage().startsWith("Einsum.backward: expected xs (2)"), e.getMessage());
  }

  // ---- What is freed ----------------------------------------------------------------------------

  @Test
  void onlyGradientsOfParametersAndTheRootStayAlive() {
    Variable x = parameter(1, 2, 3, 4), z = parameter(5, 6, 7, 8);
    long before = DEVICE.liveBytes();
    Variable view = reshape(multiply(silu(x), z), Shape.of(2, 2));
    Variable loss = sum(multiply(softmax(view), add(view, view)));
    loss.backward();
    int gradients = 2 * 4 * 8, root = 8, one = 8;
    assertEquals(before + gradients + root + one, DEVICE.liveBytes());
  }

  @Test
  void valuesSeenThroughViewsAreNotFreedTooEarly() {
    Variable x = parameter(1, 2, 3, 4);
    Variable square = multiply(x, x);
    Variable rows = reshape(square, Shape.of(2, 2)), column = reshape(square, Shape.of(4, 1));
    Variable loss = add(sum(multiply(rows, rows)), sum(multiply(column, column)));
    assertGradient(loss.backward(), x, 8, 64, 216, 512);
    assertTrue(square.value().isFreed());
    assertFalse(x.value().isFreed());
  }

  @Test
  void viewsOfParametersLeaveThemAlive() {
    Variable x = parameter(1, 2, 3, 4);
    Variable view = reshape(x, Shape.of(2, 2));
    assertGradient(sum(multiply(view, view)).backward(), x, 2, 4, 6, 8);
    assertFalse(x.value().isFreed());
  }

  @Test
  void keptValuesStayAlive() {
    Variable x = parameter(1, 2);
    try (Scope inner = Scope.open()) {
      Variable y = silu(scale(x, 2));
      inner.keep(y.value());
      sum(y).backward();
      assertFalse(y.value().isFreed());
    }
  }

  @Test
  void whatNobodyRemembersIsFreedAtOnce() {
    Tensor x = Tensor.of(DEVICE, Shape.of(2), 1f, 2f);
    long before = DEVICE.liveBytes();
    Tensor y = x.like();
    y.copyFrom(0, 0);
    Variable.of(y, new Scratch(x, y, x.like()), Variable.constant(x));
    assertFalse(x.isFreed());
    assertEquals(before + 16, DEVICE.liveBytes());
  }

  // ---- Functions made for these tests -----------------------------------------------------------

  /** Delivers one tensor of sevens to all four inputs. */
  private record SharedGradient() implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      Tensor sevens = dy.like();
      sevens.copyFrom(7, 7);
      for (int input = 0; input < 4; input++) {
        grads.put(input, sevens);
      }
    }
  }

  private record Lazy() implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      grads.put(0, () -> {
        throw new AssertionError("nobody wants this gradient");
      });
      grads.put(1, () -> dy);
    }
  }

  private record WrongShape() implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      grads.put(0, dy.reshape(Shape.of(2, 1)));
    }
  }

  private record Scratch(Tensor x, Tensor y, Tensor own) implements Differentiable {
    @Override
    public void backward(Tensor dy, InputGradients grads) {
      grads.put(0, dy);
    }
  }

  private static Variable parameter(float... values) {
    return Variable.parameter(Tensor.of(DEVICE, Shape.of(values.length), values));
  }

  private static void assertGradient(Gradients gradients, Variable x, double... expected) {
    assertArrayEquals(expected, gradients.of(x).orElseThrow().toDoubles(), 1e-12);
  }
}
