package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;
import java.util.Arrays;

/**
 * Memory of the emulated GPU. Mutable: pieces come and go.
 *
 * <p>The high half of an address is the number of its allocation, which is never used again, and the
 * low half begins in the middle of nowhere. So there is a gap of a gigabyte and more around every
 * piece, and an address into freed memory stays known as such.
 */
final class DeviceMemory {

  /** First byte of every allocation, within its 2^32 addresses. */
  private static final long START = 1L << 30;

  /** The numbers below stand for shared and local memory. */
  private static final int FIRST_NUMBER = 16;

  private final long total;
  private long used;
  private volatile Allocation[] pieces = new Allocation[64];
  private int next = FIRST_NUMBER;
  private long blocks = 1; // of all launches; 0 means nobody

  DeviceMemory(long total) {
    this.total = total;
    Arrays.fill(pieces, Allocation.NOWHERE);
  }

  /** Numbers the blocks of a launch; returns that of the first one. */
  synchronized long countBlocks(long more) {
    long first = blocks;
    blocks += more;
    return first;
  }

  long total() {
    return total;
  }

  synchronized long free() {
    return total - used;
  }

  synchronized long allocate(long bytes) {
    if (bytes < 1) {
      throw new CudaException(
          CudaStatus.INVALID_VALUE, "allocate", "expected at least 1 byte, got " + bytes);
    }
    if (bytes > total - used || bytes > Integer.MAX_VALUE - 64) {
      throw new CudaException(
          CudaStatus.OUT_OF_MEMORY,
          "allocate",
          Text.of(
              "%d bytes do not fit into the %d free of %d of the emulated GPU",
              bytes, total - used, total));
    }
    if (next == pieces.length) {
      Allocation[] more = Arrays.copyOf(pieces, 2 * next);
      Arrays.fill(more, next, more.length, Allocation.NOWHERE);
      pieces = more;
    }
    long number = next++;
    Allocation piece = new Allocation(number, (number << 32) + START, (int) bytes);
    pieces[(int) number] = piece;
    used += bytes;
    return (number << 32) + START;
  }

  synchronized void free(long address) {
    Allocation piece = known(address, "free");
    used -= piece.capacity();
    piece.free();
  }

  /** Lets the first bytes of an allocation be used anew. */
  void lend(long address, long bytes) {
    Allocation piece = known(address, "lend");
    if (bytes < 0 || bytes > piece.capacity()) {
      throw new CudaException(
          CudaStatus.INVALID_VALUE,
          "lend",
          Text.of("expected 0 to %d bytes, got %d", piece.capacity(), bytes));
    }
    piece.lend((int) bytes);
  }

  /** Lets nobody use an allocation until it is lent again. */
  void reclaim(long address) {
    known(address, "reclaim").reclaim();
  }

  /** The allocation an address belongs to, or {@link Allocation#NOWHERE}. */
  Allocation at(long address) {
    Allocation[] now = pieces;
    long number = address >>> 32;
    return now[number < now.length ? (int) number : 0];
  }

  private Allocation known(long address, String call) {
    Allocation piece = at(address);
    if (piece.number() == 0 || address != (piece.number() << 32) + START) {
      throw new CudaException(
          CudaStatus.INVALID_VALUE,
          call,
          Text.of("expected the address of an allocation, got 0x%x", address));
    }
    if (piece.isGone()) {
      throw new CudaException(
          CudaStatus.INVALID_VALUE,
          call,
          Text.of(
              "expected an allocation, got 0x%x of %d bytes, which was freed",
              address, piece.capacity()));
    }
    return piece;
  }
}
