package brume.tests.op;

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
