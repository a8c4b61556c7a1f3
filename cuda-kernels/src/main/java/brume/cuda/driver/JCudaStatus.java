package brume.cuda.driver;

import static jcuda.driver.JCudaDriver.cuGetErrorName;
import static jcuda.driver.JCudaDriver.cuGetErrorString;

import brume.tensor.Text;

/** Looks at the status that every call of the CUDA driver returns. */
final class JCudaStatus {

  private JCudaStatus() {}

  /** Throws if a call did not succeed. */
  static void check(String call, int status) {
    if (status != 0) {
      throw exception(call, status);
    }
  }

  /** Throws if the host did not give memory that stays in its place. */
  static void checkPinned(int bytes, int status) {
    if (status != 0) {
      throw new CudaException(
          CudaStatus.of(status),
          Text.of("cuMemAllocHost of %d bytes", bytes),
          text(status),
          "close other programs of this machine, or raise the limit of locked memory (ulimit -l)");
    }
  }

  static CudaException exception(String call, int status) {
    return new CudaException(CudaStatus.of(status), call, text(status));
  }

  /** The driver's own name and words for a status. */
  static String text(int status) {
    String[] name = {""};
    String[] words = {""};
    cuGetErrorName(status, name);
    cuGetErrorString(status, words);
    return Text.of("%s (%d), %s", name[0], status, words[0]);
  }
}
