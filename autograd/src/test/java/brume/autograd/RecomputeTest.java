package brume.autograd;

import static brume.autograd.Recompute.recompute;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecomputeTest {

  private static final Device DEVICE = Backends.reference();

  @Test
  void gradientsAreThoseOfTheRememberedComputation() {
    try (Scope scope = Scope.open()) {
      Variable x = parameter(1, -2, 3), w = parameter(0.5, 4, -1);
      Tensor dy = Tensor.of(DEVICE, x.shape(), new double[] {1, 2, -1});
      Gradients expected = silu(multiply(silu(x), w)).backward(dy);
      Gradients found = silu(recompute(List.of(x), List.of(w), in -> multiply(silu(in.get(0)), w)))
          .backward(dy);
      assertSame(expected, found, x);
      assertSame(expected, found, w);
    }
  }

  @Test
  void twoUsesOfOneInputAddUp() {
    try (Scope scope = Scope.open()) {
      Variable x = parameter(1, -2, 3);
      Tensor dy = Tensor.of(DEVICE, x.shape(), new double[] {1, 1, 1});
      Gradients expected = multiply(multiply(x, x), x).backward(dy);
      Variable square = recompute(List.of(x, x), List.of(), in -> multiply(in.get(0), in.get(1)));
      assertSame(expected, multiply(square, x).backward(dy), x);
    }
  }

  @Test
  void theTapeSeesOneStep() {
    List<String> steps = new ArrayList<>();
    try (Scope scope = Scope.open();
        Tape.Watch watch = Tape.watch(step -> steps.add(step.name()))) {
      Variable x = parameter(1, -2, 3);
      Variable y = recompute(List.of(x), List.of(), in -> silu(silu(in.get(0))));
      assertEquals(List.of("Recompute"), steps);
      y.backward(Tensor.of(DEVICE, x.shape(), new double[] {1, 1, 1}));
      assertEquals(List.of("Recompute", "Pointwise.silu", "Pointwise.silu"), steps);
    }
  }

  @Test
  void nothingInBetweenIsKept() {
    try (Scope scope = Scope.open()) {
      Variable x = parameter(new double[1000]);
      long before = DEVICE.liveBytes();
      Variable y = recompute(List.of(x), List.of(), in -> silu(silu(silu(in.get(0)))));
      assertEquals(before + 8 * 1000, DEVICE.liveBytes());
      Tensor dy = Tensor.of(DEVICE, x.shape(), new double[1000]);
      y.backward(dy);
      assertEquals(before + 3 * 8 * 1000, DEVICE.liveBytes()); // y, dy and dx
    }
  }

  @Test
  void withoutATapeItIsThePartItself() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Variable y = recompute(List.of(parameter(2)), List.of(), in -> silu(in.get(0)));
      assertFalse(y.requiresGradient());
    }
  }

  @Test
  void whatThePartTakesFromOutsideIsRefused() {
    try (Scope scope = Scope.open()) {
      Variable x = parameter(1), w = parameter(2), h = silu(w);
      Tensor dy = Tensor.of(DEVICE, x.shape(), new double[] {1});
      Variable undeclared = recompute(List.of(x), List.of(), in -> multiply(in.get(0), w));
      String refusal = assertThrows(IllegalStateException.class, () -> undeclared.backward(dy))
          .getMessage();
      assertTrue(refusal.contains("a parameter of shape (1) from outside"), refusal);
      Variable captured = recompute(List.of(x), List.of(), in -> multiply(in.get(0), h));
      assertThrows(IllegalStateException.class, () -> captured.backward(dy));
    }
  }

  private static Variable parameter(double... values) {
    return Variable.parameter(Tensor.of(DEVICE, Shape.of(values.length), values));
  }

  private static void assertSame(Gradients expected, Gradients found, Variable of) {
    assertArrayEquals(
        expected.of(of).orElseThrow().toDoubles(), found.of(of).orElseThrow().toDoubles());
  }
}
