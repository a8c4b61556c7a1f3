package brume.tests.op;

import brume.cuda.DriverBackend;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.emulator.Rigor;
import brume.tensor.kernel.Backend;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link CudaParityTest} tests, on an emulated GPU that looks for races in device memory, works
 * only when somebody waits, and is as inexact as PTX allows.
 */
class StrictEmulatorTest {

  private static final Backend STRICT =
      DriverBackend.on("strict", EmulatedDriver.open(64 << 20, EnumSet.allOf(Rigor.class)));

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void kernelsComputeWhatTheReferenceMeans(OpCase op) {
    Parity.check(op, STRICT);
  }

  static Stream<OpCase> cases() {
    return OpCases.small();
  }
}
