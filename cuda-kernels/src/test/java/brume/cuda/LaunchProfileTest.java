package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.cuda.driver.Driver;
import brume.cuda.emulator.EmulatedBlas;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.library.CudaMath;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.KernelTime;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.UnaryFunction;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Launches are counted, measured, and what they move is known. */
class LaunchProfileTest {

  private static final OptionalInt UNKNOWN = OptionalInt.empty();

  private final EmulatedDriver emulated = EmulatedDriver.open(1 << 20);

  @Test
  void kernelsLibrariesAndFillsAreMeasuredEachForItself() {
    Driver timed = Intercepted.driver(emulated, "milliseconds", arguments -> {
      ((Runnable) arguments[0]).run();
      return OptionalDouble.of(0.25);
    });
    List<KernelTime> times = profile(timed);
    // From one tensor of 100 numbers to another, then in place; a product reads 20 + 30 and writes
    // 6.
    assertEquals(
        List.of(
            new KernelTime("apply_silu", 2, OptionalDouble.of(0.5), 1200, UNKNOWN, UNKNOWN),
            new KernelTime("fill", 1, OptionalDouble.of(0.25), 400, UNKNOWN, UNKNOWN),
            new KernelTime("cuBLAS", 1, OptionalDouble.of(0.25), 224, UNKNOWN, UNKNOWN)),
        times);
    assertEquals(1200 / 0.5 / 1e6, times.get(0).gigabytesPerSecond().orElseThrow(), 1e-12);
  }

  @Test
  void aDeviceWithoutATimeCountsOnly() {
    List<KernelTime> times = profile(emulated);
    assertEquals(
        new KernelTime("apply_silu", 2, OptionalDouble.empty(), 1200, UNKNOWN, UNKNOWN),
        times.get(0));
    assertEquals(OptionalDouble.empty(), times.get(0).gigabytesPerSecond());
  }

  /** Of two activations, a fill and a product. */
  private List<KernelTime> profile(Driver driver) {
    CudaBackend backend = new CudaBackend(
        "emulator",
        driver,
        Optional.of(new EmulatedBlas(emulated, CudaMath.EXACT)),
        Optional.empty());
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(backend, Shape.of(100), new float[100]), y = x.like();
      Tensor a = Tensor.of(backend, Shape.of(2, 10), new float[20]);
      Tensor b = Tensor.of(backend, Shape.of(10, 3), new float[30]);
      Tensor c = Tensor.empty(backend, Shape.of(2, 3));
      return backend.profile(() -> {
        backend.activation().apply(UnaryFunction.SILU, 0, x, y);
        backend.activation().apply(UnaryFunction.SILU, 0, y, y);
        backend.elementwise().fill(1, x);
        backend.matmul().matmul(MatmulGeometry.single(2, 3, 10, false, false), 1, a, b, 0, c);
      });
    }
  }
}
