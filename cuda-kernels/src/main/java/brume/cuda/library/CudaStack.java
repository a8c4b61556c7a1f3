package brume.cuda.library;

import brume.cuda.driver.Driver;
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
 */
public record CudaStack(Driver driver, Optional<Blas> blas, Optional<Dnn> dnn, List<String> report)
    implements AutoCloseable {

  @Override
  public void close() {
    dnn.ifPresent(Dnn::close);
    blas.ifPresent(Blas::close);
    driver.close();
  }
}
