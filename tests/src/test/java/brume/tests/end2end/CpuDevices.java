package brume.tests.end2end;

import brume.tensor.Device;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;

/** CPU backends of their own, beside the one that the process shares. */
final class CpuDevices {

  private CpuDevices() {}

  /** A fresh backend with as many threads as asked for. */
  static Device withThreads(int threads) {
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
