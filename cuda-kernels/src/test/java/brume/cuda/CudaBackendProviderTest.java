package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.cuda.library.Libraries;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Backends of GPUs are chosen by name and number. */
class CudaBackendProviderTest {

  @Test
  void withoutADriverTheRefusalSaysWhatIsMissing() {
    assumeTrue(Libraries.find().whyNoDriver().isPresent(), "there is a driver");
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> Backends.named("cuda:1"));
    assertEquals(
        "cuda:1 is not available: libcuda.so.1 was not found. Is the NVIDIA driver installed? Run with"
            + " --device cpu to continue without it.",
        refusal.getMessage());
  }

  @Test
  void withoutADriverNoClassOfJcudaIsNeeded() throws Exception {
    assumeTrue(Libraries.find().whyNoDriver().isPresent(), "there is a driver");
    URL[] withoutJcuda = {
      CudaBackendProvider.class.getProtectionDomain().getCodeSource().getLocation(),
      Backends.class.getProtectionDomain().getCodeSource().getLocation()
    };
    try (URLClassLoader loader =
        new URLClassLoader(withoutJcuda, ClassLoader.getPlatformClassLoader())) {
      assertThrows(ClassNotFoundException.class, () -> loader.loadClass("jcuda.Pointer"));
      Object provider = loader
          .loadClass(CudaBackendProvider.class.getName())
          .getDeclaredConstructor()
          .newInstance();
      Object why = provider.getClass().getMethod("whyNot").invoke(provider);
      assertTrue(why instanceof Optional<?> reason && reason.isPresent());
      why = provider.getClass().getMethod("whyNot", int.class).invoke(provider, 1);
      assertTrue(why instanceof Optional<?> reason && reason.isPresent());
      assertEquals(List.of(), provider.getClass().getMethod("findings").invoke(provider));
    }
  }

  @Test
  void theFirstDeviceNeedsNoNumber() {
    assertSame(Backends.named("emulator"), Backends.named("emulator:0"));
  }

  @Test
  void thereIsOneEmulatedDevice() {
    assertEquals(
        "emulator:1 is not available: there is only one such device; leave out the number",
        assertThrows(IllegalStateException.class, () -> Backends.named("emulator:1"))
            .getMessage());
  }

  @Test
  void namesWithoutANumberBehindTheColonAreUnknown() {
    for (String name : new String[] {"emulator:", "emulator:x", "emulator:-1", ":0", "gpu"}) {
      assertThrows(IllegalArgumentException.class, () -> Backends.named(name), name);
    }
  }

  @Test
  void emulatedGpusNeedNothing() {
    BackendProvider emulator = new EmulatorBackendProvider();
    assertEquals(Optional.empty(), emulator.whyNot());
    assertTrue(emulator.findings().isEmpty());
    assertFalse(emulator.whyNot(1).isEmpty());
  }
}
