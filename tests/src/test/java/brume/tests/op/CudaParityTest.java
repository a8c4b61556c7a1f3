package brume.tests.op;

import brume.tensor.kernel.Backends;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CUDA backend on the emulated GPU against the reference, forward and backward. */
class CudaParityTest {

  @ParameterizedTest
  @MethodSource("cases")
  void computesWhatTheReferenceMeans(OpCase op) {
    Parity.check(op, Backends.named("emulator"));
  }

  static Stream<OpCase> cases() {
    return Stream.concat(OpCases.small(), OpCases.large());
  }
}
