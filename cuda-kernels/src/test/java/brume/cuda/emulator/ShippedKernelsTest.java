package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import brume.cuda.driver.KernelModule;
import brume.cuda.emulator.ptx.PtxFunction;
import brume.cuda.emulator.ptx.PtxParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The emulator understands every instruction of every kernel that ships. */
class ShippedKernelsTest {

  @ParameterizedTest
  @MethodSource("brume.cuda.ShippedKernels#files")
  void everyKernelCompiles(Path file) throws IOException {
    String name = file.getFileName().toString();
    String text = Files.readString(file);
    KernelModule module = EmulatedDriver.open(1 << 20).load(name, text);
    List<PtxFunction> kernels = PtxParser.parse(name, text).functions().values().stream()
        .filter(PtxFunction::entry)
        .toList();
    assertFalse(kernels.isEmpty());
    for (PtxFunction kernel : kernels) {
      assertEquals(kernel.name(), module.kernel(kernel.name()).name());
    }
  }
}
