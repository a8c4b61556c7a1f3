package brume.tests.op;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.List;

/** The backends that can be tested on this machine. */
final class TestBackends {

  private TestBackends() {}

  /** False without the Vector API; the CPU's tests are skipped then. */
  static boolean cpuIsAvailable() {
    return Backends.providers().stream()
        .filter(provider -> provider.name().equals("cpu"))
        .map(BackendProvider::whyNot)
        .anyMatch(whyNot -> whyNot.isEmpty());
  }

  static List<Backend> available() {
    List<Backend> backends = new ArrayList<>();
    backends.add(Backends.reference());
    if (cpuIsAvailable()) {
      backends.add(Backends.cpu());
    }
    return backends;
  }
}
