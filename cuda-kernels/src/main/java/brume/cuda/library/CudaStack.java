package brume.cuda.library;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Releases;
import java.util.List;
import java.util.Optional;

/**
 * What computes on a GPU, and what is missing.
 *
 * @param driver of the device
 * @param blas cuBLAS, if it is used
 * @param dnn cuDNN, if it is used
 * @param report a line for the driver and each library: version and file, or why it is not used and
 *     what that costs
 * @param held what is given back by closing
 */
public record CudaStack(
    Driver driver, Optional<Blas> blas, Optional<Dnn> dnn, List<String> report, Releases held)
    implements AutoCloseable {

  @Override
  public void close() {
    held.close();
  }
}
