package brume.tests.op;

import brume.tensor.kernel.Backends;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CPU backend against the reference, forward and backward. */
@EnabledIf("brume.tests.op.TestBackends#cpuIsAvailable")
class CpuParityTest {

  @ParameterizedTest
  @MethodSource("cases")
  void computesWhatTheReferenceMeans(OpCase op) {
    Parity.check(op, Backends.cpu());
  }

  static Stream<OpCase> cases() {
    return Stream.concat(OpCases.small(), OpCases.large());
  }
}
