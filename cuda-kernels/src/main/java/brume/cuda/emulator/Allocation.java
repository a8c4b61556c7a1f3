package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One piece of device memory, and which of its bytes were ever written. Mutable: it can be lent anew
 * with fewer bytes, taken back, and freed.
 */
final class Allocation {

  /** What addresses without memory belong to. */
  static final Allocation NOWHERE = new Allocation(0, 0, 0);

  private static final int WRITTEN = 0x01010101;
  private static final byte[] NOTHING = {};

  private final long address;
  private final long number;
  private final int capacity;
  private byte[] bytes;
  private byte[] written;

  /** Bytes that may be used; 0 when nobody may. */
  private int size;

  private boolean freed;
  private volatile @Nullable Sharing sharing; // made when somebody looks

  Allocation(long number, long address, int capacity) {
    this.number = number;
    this.address = address;
    this.capacity = capacity;
    this.bytes = new byte[capacity];
    this.written = new byte[capacity];
    this.size = capacity;
  }

  /** The high half of its addresses. */
  long number() {
    return number;
  }

  /** Bytes that may be used. */
  int size() {
    return size;
  }

  int capacity() {
    return capacity;
  }

  /** Lets its first bytes be used anew; what was written is forgotten. */
  void lend(int count) {
    Arrays.fill(written, (byte) 0);
    size = count;
    freed = false;
  }

  /** Lets nobody use it until it is lent again. */
  void reclaim() {
    size = 0;
    freed = true;
  }

  /** Whether nobody may use it ever again. */
  boolean isGone() {
    return bytes.length < capacity;
  }

  /** Lets nobody use it ever again. */
  void free() {
    reclaim();
    bytes = NOTHING;
    written = NOTHING;
    sharing = null;
  }

  int load32(long at) {
    int offset = checked(at, 4, "read");
    if ((int) Bytes.I32.get(written, offset) != WRITTEN) {
      throw unwritten(at, 4);
    }
    return (int) Bytes.I32.get(bytes, offset);
  }

  void store32(long at, int value) {
    int offset = checked(at, 4, "write");
    Bytes.I32.set(written, offset, WRITTEN);
    Bytes.I32.set(bytes, offset, value);
  }

  long load(long at, int width) {
    int offset = checked(at, width, "read");
    requireWritten(at, offset, width);
    return Bytes.get(bytes, offset, width);
  }

  void store(long at, int width, long value) {
    int offset = checked(at, width, "write");
    Arrays.fill(written, offset, offset + width, (byte) 1);
    Bytes.set(bytes, offset, width, value);
  }

  // ---- Races

  /** Notes that a thread has read something; where it lies was checked before. */
  void noteRead(Warp w, int lane, long at, int width, boolean cached) {
    sharing().read(w.block, w.threadOf(lane), (int) (at - address), width, cached);
  }

  /** Notes that a thread has written something; where it lies was checked before. */
  void noteWrite(Warp w, int lane, long at, int width) {
    sharing().write(w.block, w.threadOf(lane), (int) (at - address), width);
  }

  private Sharing sharing() {
    Sharing known = sharing;
    if (known == null) {
      synchronized (this) { // blocks run side by side
        known = sharing == null ? new Sharing(capacity) : sharing;
        sharing = known;
      }
    }
    return known;
  }

  // ---- Ranges, for copies

  void read(long at, byte[] into) {
    int offset = range(at, into.length, "read");
    requireWritten(at, offset, into.length);
    System.arraycopy(bytes, offset, into, 0, into.length);
  }

  void write(long at, byte[] from) {
    int offset = range(at, from.length, "write");
    System.arraycopy(from, 0, bytes, offset, from.length);
    Arrays.fill(written, offset, offset + from.length, (byte) 1);
  }

  /** Copies bytes, and which of them were written. */
  void copyFrom(Allocation from, long source, long target, int count) {
    int out = from.range(source, count, "read");
    int in = range(target, count, "write");
    System.arraycopy(from.bytes, out, bytes, in, count);
    System.arraycopy(from.written, out, written, in, count);
  }

  // ---- Checks

  /** Offset of an aligned value. */
  private int checked(long at, int width, String what) {
    long offset = at - address;
    if (offset < 0 || offset > size - width) {
      throw outside(at, width, what);
    }
    if ((offset & width - 1) != 0) {
      throw new Fault(
          CudaStatus.MISALIGNED_ADDRESS,
          Text.of("%s of %d bytes at 0x%x, which is no multiple of %d", what, width, at, width),
          "align the data, or use narrower accesses");
    }
    return (int) offset;
  }

  private int range(long at, int count, String what) {
    long offset = at - address;
    if (offset < 0 || offset > size - count) {
      throw outside(at, count, what);
    }
    return (int) offset;
  }

  private void requireWritten(long at, int offset, int width) {
    for (int i = offset; i < offset + width; i++) {
      if (written[i] == 0) {
        throw unwritten(at, width);
      }
    }
  }

  private Fault unwritten(long at, int width) {
    return new Fault(
        CudaStatus.ILLEGAL_ADDRESS,
        Text.of(
            "read of %d bytes at 0x%x, byte %d of %d allocated, which were never written",
            width, at, at - address, size),
        "write or fill the memory first");
  }

  private Fault outside(long at, int width, String what) {
    if (number == 0) {
      return new Fault(
          CudaStatus.ILLEGAL_ADDRESS,
          Text.of("%s of %d bytes at 0x%x, where there is no memory", what, width, at),
          "check the address that was passed");
    }
    if (freed) {
      return new Fault(
          CudaStatus.ILLEGAL_ADDRESS,
          Text.of(
              "%s of %d bytes at 0x%x, in memory of %d bytes that was freed",
              what, width, at, capacity),
          "keep the memory until the last kernel that uses it");
    }
    long offset = at - address;
    String place = offset < 0
        ? Text.of("%d bytes before the %d allocated", -offset, size)
        : Text.of("%d bytes past the end of the %d allocated", offset + width - size, size);
    return new Fault(
        CudaStatus.ILLEGAL_ADDRESS,
        Text.of("%s of %d bytes at 0x%x, %s", what, width, at, place),
        "check the index and the sizes that were passed");
  }
}
