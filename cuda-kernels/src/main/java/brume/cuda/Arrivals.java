package brume.cuda;

import brume.cuda.driver.Driver;

/**
 * Counters at which the blocks of a launch arrive, so that the last one knows that it is: see
 * arrivals.cuh. All launches share them, because each leaves them zero and the device does one after the
 * other. Safe for use by many threads.
 */
final class Arrivals {

  private static final int LEAST = 1024;

  private final Driver driver;
  private final CudaMemory memory;
  private long address;
  private int size;

  Arrivals(Driver driver, CudaMemory memory) {
    this.driver = driver;
    this.memory = memory;
  }

  /** The address of some counters of 32 bits, all zero between launches. */
  synchronized long counters(int count) {
    if (count > size) {
      int larger = Math.max(LEAST, 2 * Integer.highestOneBit(count));
      address =
          memory.keep((long) larger * Integer.BYTES); // a graph may still use the smaller ones
      driver.fill(address, 0, larger);
      size = larger;
    }
    return address;
  }
}
