package brume.cuda;

import brume.cuda.emulator.EmulatedDriver;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import java.util.Optional;

/**
 * Opens the CUDA backend on an emulated GPU, which runs the same kernels on the CPU and checks every
 * access. It is available everywhere and very slow.
 */
public final class EmulatorBackendProvider implements BackendProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public EmulatorBackendProvider() {}

  @Override
  public String name() {
    return "emulator";
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open() {
    return new CudaBackend(name(), EmulatedDriver.open(), Optional.empty(), Optional.empty());
  }
}
