package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.emulator.Rigor;
import java.util.EnumSet;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel that ships runs on an emulated GPU as strict as it gets, without a fault. */
class StrictExamplesTest {

  @ParameterizedTest
  @MethodSource("examples")
  void noKernelHasARaceOrNeedsTheHostToWait(int example) {
    EmulatedDriver driver = EmulatedDriver.open(64 << 20, EnumSet.allOf(Rigor.class));
    CudaBackend backend = new CudaBackend("emulator", driver, Optional.empty(), Optional.empty());
    KernelExamples.run(KernelExamples.all().get(example), backend);
    assertDoesNotThrow(driver::synchronize);
  }

  static Stream<Integer> examples() {
    return IntStream.range(0, KernelExamples.all().size()).boxed();
  }
}
