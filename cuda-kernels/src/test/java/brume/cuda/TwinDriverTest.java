package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.emulator.Rigor;
import brume.tensor.kernel.KernelDifference;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Kernels are compared on two devices, each for itself. */
class TwinDriverTest {

  @Test
  void twoEmulatorsWriteTheSameBits() {
    EmulatorTracer tracer = new EmulatorTracer();
    List<KernelDifference> all = tracer.compare("emulator");
    Set<String> kernels = new HashSet<>(tracer.kernels());
    all.forEach(kernel -> {
      assertTrue(kernel.numbers() > 0, kernel.kernel());
      assertEquals(0, kernel.differing(), kernel.kernel());
      kernels.remove(kernel.kernel());
    });
    assertEquals(Set.of(), kernels, "kernels that were not compared");
  }

  @Test
  void whatADeviceComputesOtherwiseIsFoundInItsKernelOnly() {
    // Functions that are approximate differ; what comes after them works on the emulator's numbers.
    List<KernelDifference> all =
        EmulatorTracer.compare(EmulatedDriver.open(64 << 20, Set.of(Rigor.APPROXIMATE)));
    for (KernelDifference kernel : all) {
      assertTrue(kernel.largestRelative() < 1e-5, kernel.toString());
      if (Set.of("combine_add", "apply_relu", "gemm_small", "rms_norm").contains(kernel.kernel())) {
        assertEquals(0, kernel.differing(), kernel.toString());
      }
      if (Set.of("softmax", "apply_silu").contains(kernel.kernel())) {
        assertTrue(kernel.differing() > 0 && kernel.largestUlps() > 0, kernel.toString());
      }
    }
  }

  @Test
  void otherDevicesHaveNoSuchKernels() {
    assertEquals(
        "device: expected cuda, cuda:1 or emulator, got cpu",
        assertThrows(IllegalArgumentException.class, () -> new EmulatorTracer().compare("cpu"))
            .getMessage());
  }
}
