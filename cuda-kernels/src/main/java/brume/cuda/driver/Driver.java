package brume.cuda.driver;

import java.nio.ByteBuffer;
import java.util.OptionalDouble;

/**
 * One GPU, or its emulation: memory, modules, launches and graphs.
 *
 * <p>Uploads, copies, fills and launches are done in the order they are called, and may still be under
 * way when the call returns; {@link #download} and {@link #synchronize} wait for them. Every method
 * throws {@link CudaException} when the device refuses, and an error of a kernel may show only at the
 * next call that waits.
 */
public interface Driver extends AutoCloseable {

  /**
   * One line for logs.
   *
   * @return for example {@code NVIDIA H200, CUDA 13.0, 139.7 GiB}
   */
  String describe();

  /**
   * Memory of the device.
   *
   * @return in bytes
   */
  long totalMemory();

  /**
   * Memory of the device that nobody has taken.
   *
   * @return in bytes
   */
  long freeMemory();

  /**
   * How many multiprocessors the device has: blocks of threads run on them side by side.
   *
   * @return at least 1
   */
  int multiprocessors();

  /**
   * Shared memory that a block can have, with what its kernel declares.
   *
   * @return in bytes; where nobody knows, what every GPU has
   */
  default int sharedBytes() {
    return 48 << 10;
  }

  /**
   * Takes memory, aligned to at least 256 bytes. Its content is undefined until written.
   *
   * @param bytes at least 1
   * @return its address
   * @throws CudaException with {@link CudaStatus#OUT_OF_MEMORY} if there is not enough, and with
   *     {@link CudaStatus#CAPTURING} inside {@link #capture}
   */
  long allocate(long bytes);

  /**
   * Gives memory back.
   *
   * @param address as returned by {@link #allocate}
   * @throws CudaException with {@link CudaStatus#CAPTURING} inside {@link #capture}
   */
  void free(long address);

  /**
   * Tells that memory from {@link #allocate} is used anew, by an allocator that keeps it. Checks begin
   * anew, too: no more than the bytes lent may be used, and none read before it is written. A GPU does
   * nothing.
   *
   * @param address as returned by {@link #allocate}
   * @param bytes that will be used, at most those allocated
   */
  default void lend(long address, long bytes) {}

  /**
   * Tells that memory from {@link #allocate} is in nobody's use until it is lent again. A GPU does
   * nothing.
   *
   * @param address as returned by {@link #allocate}
   */
  default void reclaim(long address) {}

  /**
   * Copies to the device. The host's bytes are taken before the call returns.
   *
   * @param host its remaining bytes are copied; position and limit stay as they are
   * @param address of the device
   * @throws CudaException with {@link CudaStatus#CAPTURING} inside {@link #capture}
   */
  void upload(ByteBuffer host, long address);

  /**
   * Copies from the device, after all earlier work is done.
   *
   * @param address of the device
   * @param host its remaining bytes are overwritten; position and limit stay as they are
   * @throws CudaException with {@link CudaStatus#CAPTURING} inside {@link #capture}
   */
  void download(long address, ByteBuffer host);

  /**
   * Copies from the device, after all earlier work is done, without waiting for it.
   *
   * @param address of the device
   * @param bytes how many, at most {@link Fetch#MOST_BYTES}
   * @return the copy, to be waited for once
   * @throws CudaException with {@link CudaStatus#CAPTURING} inside {@link #capture}
   */
  Fetch fetch(long address, int bytes);

  /**
   * Copies within the device; the two ranges do not overlap.
   *
   * @param from address read
   * @param to address written
   * @param bytes how many
   */
  void copy(long from, long to, long bytes);

  /**
   * Writes one word over and over.
   *
   * @param address multiple of 4
   * @param word the 32 bits written
   * @param count how many times
   */
  void fill(long address, int word, long count);

  /**
   * Compiles PTX for this device.
   *
   * @param name for messages, such as {@code group_norm.ptx}
   * @param ptx the text
   * @return the module, which lives as long as the driver
   * @throws CudaException if the text does not compile, with the compiler's words
   */
  KernelModule load(String name, String ptx);

  /**
   * Starts a kernel.
   *
   * @param kernel from {@link #load} of this driver
   * @param grid how many blocks of how many threads
   * @param arguments in the order of the kernel's parameters; read before the call returns
   */
  void launch(Kernel kernel, Grid grid, Arguments arguments);

  /**
   * Tells how long the device takes for some work. A device without a time of its own does not do the
   * work.
   *
   * @param work gives the device something to do
   * @return milliseconds from its beginning to its end on the device; nothing if that cannot be told
   * @throws CudaException with {@link CudaStatus#CAPTURING} inside {@link #capture}
   */
  default OptionalDouble milliseconds(Runnable work) {
    return OptionalDouble.empty();
  }

  /**
   * Waits until all work is done.
   *
   * @throws CudaException with {@link CudaStatus#CAPTURING} inside {@link #capture}, and with the error
   *     of any kernel that failed
   */
  void synchronize();

  /**
   * Records copies, fills and launches instead of doing them.
   *
   * @param work calls {@link #copy}, {@link #fill} and {@link #launch} only, from this thread
   * @return what was recorded, with the addresses and arguments it was recorded with
   */
  Graph capture(Runnable work);

  /** Gives back everything this driver holds. */
  @Override
  void close();
}
