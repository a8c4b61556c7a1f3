package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.kernel.Backend;
import java.util.Optional;

/** The CUDA backend on a driver of a test's own. */
public final class DriverBackend {

  private DriverBackend() {}

  /** A backend called {@code cuda}, without libraries. */
  public static Backend on(Driver driver) {
    return new CudaBackend("cuda", driver, Optional.empty(), Optional.empty());
  }
}
