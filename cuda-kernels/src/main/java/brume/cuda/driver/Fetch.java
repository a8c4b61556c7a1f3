package brume.cuda.driver;

import java.nio.ByteBuffer;

/** A copy from the device that nobody has waited for yet. */
public interface Fetch {

  /** Most bytes that are fetched at once. */
  int MOST_BYTES = 256;

  /**
   * Waits until all work is done that was given before the copy, and the copy with it; not for later work.
   *
   * @return what was there, in native order
   * @throws CudaException with the error of a kernel that failed before
   */
  ByteBuffer await();
}
