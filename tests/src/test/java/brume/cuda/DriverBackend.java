package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.library.Blas;
import brume.cuda.library.CudaReplay;
import brume.cuda.library.Dnn;
import brume.tensor.kernel.Backend;
import java.util.Optional;

/** The CUDA backend on a driver of a test's own. */
public final class DriverBackend {

  private DriverBackend() {}

  /** A backend without libraries, by any name. */
  public static Backend on(String name, Driver driver) {
    return new CudaBackend(name, driver, Optional.empty(), Optional.empty());
  }

  /** A backend with libraries of a test's own that records nothing. */
  public static Backend withoutRecording(String name, Driver driver, Blas blas, Dnn dnn) {
    return new CudaBackend(
        name,
        driver,
        Optional.of(blas),
        Optional.of(dnn),
        ConvolutionChoices.inMemory(),
        CudaReplay.OFF);
  }

  /** A backend with libraries of a test's own. */
  public static Backend on(String name, Driver driver, Blas blas, Dnn dnn) {
    return new CudaBackend(name, driver, Optional.of(blas), Optional.of(dnn));
  }
}
