package brume.tests.op;

import brume.tensor.kernel.Backend;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CUDA's kernels against the reference, forward and backward, on a GPU or an emulated one. */
@Tag("gpu")
class CudaParityTest {

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("cases")
  void computesWhatTheReferenceMeans(OpCase op, String on, Backend gpu) {
    Parity.check(op, gpu);
  }

  static Stream<Arguments> cases() {
    Backend gpu = TestBackends.gpu();
    return ops().map(op -> Arguments.of(op, gpu.describe(), gpu));
  }

  static Stream<OpCase> ops() {
    return Stream.concat(OpCases.small(), OpCases.large());
  }
}
