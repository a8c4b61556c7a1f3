package brume.tensor.cpu;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import java.util.Optional;

/**
 * Opens the CPU backend where the JVM has the Vector API. The number of threads is that of the
 * machine's cores, or that of the system property {@code brume.threads}.
 */
public final class CpuBackendProvider implements BackendProvider {

  private static final String MODULE = "jdk.incubator.vector";

  /** Called by {@link java.util.ServiceLoader}. */
  public CpuBackendProvider() {}

  @Override
  public String name() {
    return "cpu"; // not CpuBackend.NAME: that class needs the module
  }

  @Override
  public Optional<String> whyNot() {
    return ModuleLayer.boot().findModule(MODULE).isPresent()
        ? Optional.empty()
        : Optional.of(
            "the JVM was started without the Vector API; add the flag --add-modules " + MODULE);
  }

  @Override
  public Backend open() {
    return new CpuBackend(threads());
  }

  private static int threads() {
    String asked = System.getProperty("brume.threads");
    if (asked == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      int threads = Integer.parseInt(asked);
      if (threads >= 1) {
        return threads;
      }
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "brume.threads: expected a number of 1 or more, got " + asked, notANumber);
    }
    throw new IllegalArgumentException("brume.threads: expected 1 or more, got " + asked);
  }
}
