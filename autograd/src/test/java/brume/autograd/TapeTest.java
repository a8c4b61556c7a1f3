package brume.autograd;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.function.shape.Reshape;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapeTest {

  private static final Device DEVICE = Backends.reference();

  @Test
  void recordsUnlessPaused() {
    try (Scope scope = Scope.open()) {
      Variable x = parameter();
      assertTrue(silu(x).requiresGradient());
      try (Tape.Pause pause = Tape.pause()) {
        assertFalse(silu(x).requiresGradient());
      }
      assertTrue(silu(x).requiresGradient());
    }
  }

  @Test
  void pausesMayBeNested() {
    try (Tape.Pause outer = Tape.pause()) {
      try (Tape.Pause inner = Tape.pause()) {
        inner.close(); // twice is once
      }
      assertFalse(Tape.isRecording());
    }
    assertTrue(Tape.isRecording());
  }

  @Test
  void eachThreadRecordsForItself() throws InterruptedException {
    try (Tape.Pause pause = Tape.pause()) {
      boolean[] recording = new boolean[1];
      Thread other = new Thread(() -> recording[0] = Tape.isRecording());
      other.start();
      other.join();
      assertTrue(recording[0]);
    }
  }

  @Test
  void watchersSeeWhatIsRecorded() {
    List<String> outer = new ArrayList<>(), inner = new ArrayList<>();
    try (Scope scope = Scope.open();
        Tape.Watch watch = Tape.watch(step -> outer.add(step.name()))) {
      Variable x = parameter();
      try (Tape.Watch nested = Tape.watch(step -> inner.add(step.name()))) {
        silu(x);
      }
      scale(silu(x), 2);
      try (Tape.Pause pause = Tape.pause()) {
        silu(x);
      }
      silu(Variable.constant(x.value()));
    }
    assertEquals(List.of("Pointwise.silu"), inner);
    assertEquals(List.of("Pointwise.silu", "Affine"), outer);
  }

  @Test
  void tidyFreesWhatNoBackwardPassWillRead() {
    try (Scope scope = Scope.open()) {
      Variable x = parameter();
      List<Variable> made = new ArrayList<>();
      Variable y = Tape.tidy(() -> {
        made.add(scale(x, 2)); // read by the next one only
        made.add(scale(made.get(0), 3)); // saved by silu
        made.add(Reshape.reshape(x, Shape.of(1, 2))); // a view of what is not its own
        made.add(Tape.tidy(() -> silu(made.get(1)))); // a result of a part
        return scale(made.get(3), 4);
      });
      assertEquals(
          List.of(true, false, false, true),
          made.stream().map(v -> v.value().isFreed()).toList());
      assertFalse(x.value().isFreed() || y.value().isFreed());
      Tensor dx = sum(y).backward().of(x).orElseThrow();
      Tensor dxOfAll =
          sum(scale(silu(scale(scale(x, 2), 3)), 4)).backward().of(x).orElseThrow();
      assertArrayEquals(dxOfAll.toDoubles(), dx.toDoubles());
    }
  }

  @Test
  void tidyKeepsOnlyItsResult() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Variable x = parameter();
      long before = DEVICE.liveBytes();
      Variable y = Tape.tidy(() -> scale(silu(scale(x, 2)), 3));
      assertEquals(before + 16, DEVICE.liveBytes());
      assertEquals(Shape.of(2), y.shape());
      assertFalse(y.value().isFreed());
    }
  }

  @Test
  void tidyWhileRecordingKeepsWhatTheBackwardPassNeeds() {
    try (Scope scope = Scope.open()) {
      Variable x = parameter();
      Variable y = Tape.tidy(() -> scale(silu(scale(x, 2)), 3));
      Tensor dy = Tensor.of(DEVICE, Shape.of(2), 1f, 1f);
      double sigmoid = 1 / (1 + Math.exp(-2)), slope = sigmoid * (1 + 2 * (1 - sigmoid));
      assertArrayEquals(
          new double[] {6 * slope, 3}, y.backward(dy).of(x).orElseThrow().toDoubles(), 1e-12);
    }
  }

  @Test
  void tidyMayReturnWhatItWasGiven() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Variable x = parameter();
      Variable same = Tape.tidy(() -> x);
      assertFalse(same.value().isFreed());
    }
  }

  private static Variable parameter() {
    return Variable.parameter(Tensor.of(DEVICE, Shape.of(2), 1f, 0f));
  }

  /** What goes on the way back is looked at, be there few inputs or many. */
  @Test
  void releasesWhatNoStepReads() {
    try (Scope scope = Scope.open()) {
      Variable x = Variable.parameter(Tensor.of(Backends.cpu(), Shape.of(2), 1, 2));
      Variable sum = add(x, x), shares = softmax(sum); // which reads its own result on the way back
      shares.release();
      sum.release();
      assertFalse(shares.value().isFreed());
      assertTrue(sum.value().isFreed());

      Variable[] many = new Variable[20];
      Arrays.setAll(many, n -> add(x, x));
      Variable joined = concatenate(0, many);
      Arrays.stream(many).forEach(Variable::release);
      assertTrue(Arrays.stream(many).allMatch(each -> each.value().isFreed()));
      assertFalse(joined.value().isFreed());
    }
  }
}
