package brume.tests.op;

import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.tensor.Shape.of;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaMath;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What TF32 costs in libraries, and that it is used nowhere else. */
@Tag("gpu")
class CudaMathTest {

  /** Factors are off by 2^-11 at most, either of two, and errors of a sum do not all point one way. */
  private static final double MOST = 2e-3;

  /** What exact arithmetic may be off by. */
  private static final double EXACT = 1e-5;

  private final boolean emulated = TestBackends.gpu().name().equals("emulator");

  @ParameterizedTest
  @MethodSource("cases")
  void librariesRoundFactorsIfAskedTo(OpCase op) {
    Backend gpu = TestBackends.gpuWith(CudaLevel.CUDNN, CudaMath.TF32);
    double error = error(op, gpu);
    assertTrue(error < MOST, op + " on " + gpu.describe() + ": " + error);
    assertTrue(error > 10 * EXACT || !emulated, op + " on " + gpu.describe() + ": " + error);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void librariesAreExactOtherwise(OpCase op) {
    Backend gpu = TestBackends.gpuWith(CudaLevel.CUDNN);
    assertTrue(error(op, gpu) < EXACT, op + " on " + gpu.describe());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ownKernelsAreAlwaysExact(OpCase op) {
    Backend gpu = TestBackends.gpuWith(CudaLevel.DRIVER, CudaMath.TF32);
    assertTrue(error(op, gpu) < EXACT, op + " on " + gpu.describe());
    assertEquals(TestBackends.gpuWith(CudaLevel.DRIVER).describe(), gpu.describe());
  }

  static Stream<OpCase> cases() {
    return Stream.of(
        op("matmul", in(of(48, 64), of(64, 32)), v -> matmul(v[0], v[1])),
        op(
            "conv2d",
            in(of(2, 8, 8, 32), of(32, 3, 3, 32)),
            v -> conv2d(v[0], v[1], Window.padded(1))));
  }

  /** Largest difference from the reference, of the largest value of each tensor. */
  private static double error(OpCase op, Backend gpu) {
    OpRun expected = OpRun.of(op, Backends.reference(), OpCase::normal);
    OpRun actual = OpRun.of(op, gpu, OpCase::normal);
    double worst = 0;
    for (String name : expected.results().keySet()) {
      double[] right = expected.results().get(name), got = actual.results().get(name);
      double largest = 0, off = 0;
      for (int i = 0; i < right.length; i++) {
        largest = Math.max(largest, Math.abs(right[i]));
        off = Math.max(off, Math.abs(right[i] - got[i]));
      }
      worst = Math.max(worst, off / largest);
    }
    return worst;
  }
}
