package brume.tests.op;

import brume.cuda.library.CudaLevel;
import brume.tensor.Device;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.List;

/** The backends that can be tested on this machine. */
public final class TestBackends {

  private TestBackends() {}

  /** False without the Vector API; the CPU's tests are skipped then. */
  public static boolean cpuIsAvailable() {
    return Backends.providers().stream()
        .filter(provider -> provider.name().equals("cpu"))
        .map(BackendProvider::whyNot)
        .anyMatch(whyNot -> whyNot.isEmpty());
  }

  /**
   * What CUDA's tests run on: the GPU if one works, else the emulated one; {@code -Dbrume.test.gpu=NAME}
   * chooses.
   */
  public static Backend gpu() {
    boolean works = Backends.providers().stream()
        .filter(provider -> provider.name().equals("cuda"))
        .map(BackendProvider::whyNot)
        .anyMatch(whyNot -> whyNot.isEmpty());
    return Backends.named(System.getProperty("brume.test.gpu", works ? "cuda" : "emulator"));
  }

  /** Another backend on the same device as {@link #gpu}, with no more of NVIDIA's software. */
  static Backend gpuWith(CudaLevel level) {
    String name = gpu().name();
    BackendProvider provider = Backends.providers().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
    String before = System.getProperty(CudaLevel.PROPERTY);
    System.setProperty(CudaLevel.PROPERTY, level.toString());
    try {
      return provider.open();
    } finally {
      if (before == null) {
        System.clearProperty(CudaLevel.PROPERTY);
      } else {
        System.setProperty(CudaLevel.PROPERTY, before);
      }
    }
  }

  static List<Backend> available() {
    List<Backend> backends = new ArrayList<>();
    backends.add(Backends.reference());
    backends.add(gpu());
    if (cpuIsAvailable()) {
      backends.add(Backends.cpu());
    }
    return backends;
  }

  /** A CPU backend of its own, beside the one that the process shares. */
  public static Device cpuWithThreads(int threads) {
    BackendProvider cpu = Backends.providers().stream()
        .filter(provider -> provider.name().equals("cpu"))
        .findFirst()
        .orElseThrow();
    String before = System.getProperty("brume.threads");
    System.setProperty("brume.threads", Integer.toString(threads));
    try {
      return cpu.open();
    } finally {
      if (before == null) {
        System.clearProperty("brume.threads");
      } else {
        System.setProperty("brume.threads", before);
      }
    }
  }
}
