package brume.tensor.cpu;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import java.util.List;
import java.util.Optional;

/**
 * Opens the CPU backend where the JVM has the Vector API. The number of threads is an option, {@code
 * threads}, and else that of the machine's cores.
 */
public final class CpuBackendProvider implements BackendProvider {

  private static final String MODULE = "jdk.incubator.vector";
  private static final BackendOption THREADS = BackendOption.number("threads");

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
  public List<BackendOption> options() {
    return List.of(THREADS);
  }

  @Override
  public Backend open(int ordinal, BackendOptions options) {
    return new CpuBackend(options
        .of(THREADS)
        .map(Integer::parseInt)
        .orElseGet(Runtime.getRuntime()::availableProcessors));
  }
}
