package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.emulator.Rigor;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.KernelDifference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    List<KernelDifference> all = EmulatorTracer.compare(approximate(), Expected.COMPUTED);
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

  private static EmulatedDriver approximate() {
    return EmulatedDriver.open(64 << 20, Set.of(Rigor.APPROXIMATE));
  }

  @Test
  void savedBitsStandForTheEmulator(@TempDir Path folder) throws IOException {
    EmulatorTracer tracer = new EmulatorTracer();
    Path file = folder.resolve("bits");
    tracer.save(file);
    assertTrue(Files.size(file) < 1 << 20, Files.size(file) + " bytes, to be packed");
    for (KernelDifference kernel : tracer.compare("emulator", file)) {
      assertEquals(0, kernel.differing(), kernel.toString());
      assertEquals(0, kernel.largestUlps(), kernel.toString());
    }
    try (SavedBits.Saved saved = new SavedBits.Saved(file)) {
      assertEquals(
          EmulatorTracer.compare(approximate(), Expected.COMPUTED),
          EmulatorTracer.compare(approximate(), saved));
    }
  }

  @Test
  void bitsOfOtherLaunchesAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("bits");
    try (SavedBits.Saving saving = new SavedBits.Saving(file)) {
      scale(saving, 3, 1);
    }
    try (SavedBits.Saved saved = new SavedBits.Saved(file)) {
      assertEquals(1, scale(saved, 3, 1).size());
      String more =
          assertThrows(IllegalStateException.class, () -> scale(saved, 3, 1)).getMessage();
      assertTrue(more.contains("launch 2: expected that of the saved bits, no more, got "), more);
    }
    try (SavedBits.Saved saved = new SavedBits.Saved(file)) {
      String other =
          assertThrows(IllegalStateException.class, () -> scale(saved, 4, 1)).getMessage();
      assertTrue(other.startsWith(file + ", launch 1: expected that of the saved bits, "), other);
      assertTrue(other.endsWith("; save them anew with this Brume"), other);
    }
    Files.write(file, new byte[100]);
    assertThrows(IOException.class, () -> new SavedBits.Saved(file).close());
  }

  /** Launches that multiply two numbers. */
  private static List<KernelDifference> scale(Expected expected, double by, int times) {
    TwinDriver twin =
        new TwinDriver(EmulatedDriver.open(8 << 20), EmulatedDriver.open(8 << 20), expected);
    CudaBackend backend = new CudaBackend("twin", twin, Optional.empty(), Optional.empty());
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.empty(backend, Shape.of(2));
      x.copyFrom(new float[] {1, 2});
      for (int i = 0; i < times; i++) {
        backend.elementwise().scale(by, List.of(x), List.of(x));
      }
    }
    return twin.differences();
  }

  @Test
  void otherDevicesHaveNoSuchKernels() {
    assertEquals(
        "device: expected cuda, cuda:1 or emulator, got cpu",
        assertThrows(IllegalArgumentException.class, () -> new EmulatorTracer().compare("cpu"))
            .getMessage());
  }
}
