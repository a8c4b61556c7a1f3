package brume.cuda;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.tensor.Text;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the device that is used again and again: storage of tensors whose scope has closed, and
 * scratch space of kernels. Safe for use by many threads.
 *
 * <p>Asking the driver for memory waits for the device, so what is given back stays here, by size. A
 * training step asks for the same sizes every time: after the first one the driver is not asked again.
 * A block may be handed out while a kernel that uses it is still under way, because the device does
 * everything in the order it was asked to.
 */
final class CudaMemory {

  private static final long SMALLEST = 512; // what the driver's own blocks begin at
  private static final int STEPS = 8; // sizes between two powers of two; wastes at most an eighth

  private final String device;
  private final Driver driver;
  private final Shelf shared = new Shelf();
  private @Nullable Seclusion secluded; // while a graph is captured
  private long liveBytes;
  private long reservedBytes;
  private long peakBytes;
  private long asked;
  private long allocated;

  CudaMemory(String device, Driver driver) {
    this.device = device;
    this.driver = driver;
  }

  /**
   * How memory is used.
   *
   * @param liveBytes handed out and not given back
   * @param reservedBytes taken from the driver
   * @param peakBytes most ever handed out at once
   * @param asked how often memory was asked for
   * @param allocated how often the driver had to be asked for it
   */
  record Statistics(
      long liveBytes, long reservedBytes, long peakBytes, long asked, long allocated) {}

  /** Some memory of the device, given back by closing. */
  final class Block implements AutoCloseable {
    private final long address;
    private final long bytes;
    private final Shelf home;
    private boolean closed;

    private Block(long address, long bytes, Shelf home) {
      this.address = address;
      this.bytes = bytes;
      this.home = home;
    }

    long address() {
      return address;
    }

    @Override
    public void close() {
      giveBack(this);
    }
  }

  /** Addresses nobody uses, by the size of what begins there. */
  private static final class Shelf {
    private final Map<Long, ArrayDeque<Long>> idle = new HashMap<>();
    private boolean abandoned;

    private @Nullable Long take(long size) {
      ArrayDeque<Long> fitting = idle.get(size);
      return fitting == null ? null : fitting.poll();
    }

    private void put(long size, long address) {
      idle.computeIfAbsent(size, any -> new ArrayDeque<>()).push(address);
    }
  }

  /**
   * Memory with arbitrary content.
   *
   * @param bytes how much, 0 or more
   * @return a block nobody else uses until it is closed
   * @throws CudaException if there is not enough, with what is in use and by whom
   */
  synchronized Block take(long bytes) {
    long size = sizeOf(bytes);
    Shelf home = secluded == null ? shared : secluded.shelf;
    Long address = home.take(size);
    if (address == null && home != shared) {
      address = shared.take(size);
    }
    if (address == null) {
      address = allocate(size, bytes);
    }
    return lent(address, bytes, home);
  }

  /** Memory that nobody has used before, so that what others will ask for again stays where it is. */
  synchronized Block takeFresh(long bytes) {
    return lent(allocate(sizeOf(bytes), bytes), bytes, shared);
  }

  private Block lent(long address, long bytes, Shelf home) {
    driver.lend(address, Math.max(1, bytes));
    asked++;
    liveBytes += bytes;
    peakBytes = Math.max(peakBytes, liveBytes);
    return new Block(address, bytes, home);
  }

  /**
   * Memory for as long as the device is in use, with arbitrary content.
   *
   * @param bytes how much
   * @return its address
   * @throws CudaException if there is not enough
   */
  synchronized long keep(long bytes) {
    long address = allocate(sizeOf(bytes), bytes);
    driver.lend(address, bytes);
    return address;
  }

  private synchronized void giveBack(Block block) {
    if (!block.closed) {
      block.closed = true;
      driver.reclaim(block.address);
      liveBytes -= block.bytes;
      Shelf home = block.home.abandoned ? shared : block.home;
      home.put(sizeOf(block.bytes), block.address);
    }
  }

  // ---- Memory of graphs

  /** Memory that only a captured graph uses; closing gives it to everybody. */
  final class Seclusion implements AutoCloseable {
    private final Shelf shelf = new Shelf();

    @Override
    public void close() {
      synchronized (CudaMemory.this) {
        shelf.abandoned = true;
        shelf.idle.forEach(
            (size, addresses) -> addresses.forEach(address -> shared.put(size, address)));
        shelf.idle.clear();
      }
    }
  }

  /**
   * Secludes all memory that is taken from now on until {@link #endSeclusion}, also after it is given
   * back.
   *
   * @return the memory, to be closed when its graph is
   */
  synchronized Seclusion seclude() {
    if (secluded != null) {
      throw new IllegalStateException(
          "record: expected one recording at a time, got one in another");
    }
    secluded = new Seclusion();
    return secluded;
  }

  synchronized void endSeclusion() {
    secluded = null;
  }

  // ---- Memory of the driver

  /** Returns to the driver what nobody uses. */
  synchronized void trim() {
    shared.idle.forEach((size, addresses) -> {
      addresses.forEach(driver::free);
      reservedBytes -= size * addresses.size();
    });
    shared.idle.clear();
  }

  synchronized Statistics statistics() {
    return new Statistics(liveBytes, reservedBytes, peakBytes, asked, allocated);
  }

  private long allocate(long size, long bytes) {
    long address;
    try {
      address = driver.allocate(size);
    } catch (CudaException refused) {
      if (refused.status() != CudaStatus.OUT_OF_MEMORY) {
        throw refused;
      }
      trim();
      address = allocateAgain(size, bytes);
    }
    allocated++;
    reservedBytes += size;
    return address;
  }

  private long allocateAgain(long size, long bytes) {
    try {
      return driver.allocate(size);
    } catch (CudaException refused) {
      if (refused.status() != CudaStatus.OUT_OF_MEMORY) {
        throw refused;
      }
      long total = driver.totalMemory(), used = total - driver.freeMemory();
      throw new CudaException(
          CudaStatus.OUT_OF_MEMORY,
          device,
          Text.of(
              "out of memory allocating %s, %s of %s in use: %s by tensors, %s by everything else",
              text(bytes),
              text(used),
              text(total),
              text(liveBytes),
              text(Math.max(0, used - liveBytes))));
    }
  }

  // ---- Sizes -----------------------------------------------------------------------------------

  /** The size of the blocks that serve a request: similar requests share them. */
  static long sizeOf(long bytes) {
    if (bytes <= SMALLEST) {
      return SMALLEST;
    }
    long step = Math.max(SMALLEST, Long.highestOneBit(bytes - 1) / STEPS);
    return (bytes + step - 1) / step * step;
  }

  private static String text(long bytes) {
    double mebibytes = bytes / (double) (1 << 20);
    return mebibytes < 1024
        ? String.format(Locale.ROOT, "%.1f MiB", mebibytes)
        : String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024);
  }
}
