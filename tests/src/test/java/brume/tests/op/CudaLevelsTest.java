package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.library.CudaLevel;
import brume.tensor.kernel.Backend;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link CudaParityTest} tests, with cuBLAS, and with cuDNN besides; where there is no GPU, with
 * their emulations.
 */
@Tag("gpu")
class CudaLevelsTest {

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("cases")
  void librariesComputeWhatTheReferenceMeans(OpCase op, String on, Backend gpu) {
    Parity.check(op, gpu);
  }

  static Stream<Arguments> cases() {
    Stream<OpCase> small = OpCases.small();
    Stream<OpCase> all = Stream.concat(OpCases.small(), OpCases.large());
    return Stream.concat(on(CudaLevel.CUBLAS, small), on(CudaLevel.CUDNN, all));
  }

  private static Stream<Arguments> on(CudaLevel level, Stream<OpCase> cases) {
    Backend gpu = TestBackends.gpuWith(level);
    return cases.map(op -> Arguments.of(op, gpu.describe(), gpu));
  }

  @Test
  void theEmulatorTellsWhatItUses() {
    if (TestBackends.gpu().name().equals("emulator")) {
      assertTrue(TestBackends.gpuWith(CudaLevel.DRIVER).describe().contains("own kernels only"));
      assertTrue(TestBackends.gpuWith(CudaLevel.CUDNN)
          .describe()
          .contains("emulated cuBLAS and emulated cuDNN"));
    }
  }
}
