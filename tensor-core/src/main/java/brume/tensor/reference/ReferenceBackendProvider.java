package brume.tensor.reference;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendOptions;
import brume.tensor.kernel.BackendProvider;
import java.util.Optional;

/** Opens the reference backend, which is available everywhere. */
public final class ReferenceBackendProvider implements BackendProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public ReferenceBackendProvider() {}

  @Override
  public String name() {
    return ReferenceBackend.NAME;
  }

  @Override
  public Optional<String> whyNot() {
    return Optional.empty();
  }

  @Override
  public Backend open(int ordinal, BackendOptions options) {
    return new ReferenceBackend();
  }
}
