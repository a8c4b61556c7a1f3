package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;

/**
 * The place in memory an instruction names, and access to it by one thread.
 *
 * @param space where it lies
 * @param wide whether the register has 64 bits
 * @param slot of the register
 * @param offset added to it, in bytes
 * @param cached whether it is read through a cache that sees no writes of the same launch
 */
record AddressOf(Space space, boolean wide, int slot, long offset, boolean cached) {

  private static final long U32 = 0xffffffffL;

  /** The address of one lane. */
  long at(Warp w, int lane) {
    return (wide ? w.longs[slot][lane] : w.words[slot][lane] & U32) + offset;
  }

  /** The addresses of neighboring lanes. */
  void all(Warp w, int from, int to, long[] into) {
    if (wide) {
      long[] base = w.longs[slot];
      for (int t = from; t < to; t++) {
        into[t] = base[t] + offset;
      }
    } else {
      int[] base = w.words[slot];
      for (int t = from; t < to; t++) {
        into[t] = (base[t] & U32) + offset;
      }
    }
  }

  /** The space of an address, which a generic one tells itself. */
  Space spaceOf(long at) {
    return space == Space.GENERIC ? Space.of(at) : space;
  }

  /** An address without the window of generic addresses. */
  long within(long at) {
    return space == Space.GENERIC ? at - Space.of(at).window() : at;
  }

  /** Reads 1, 2, 4 or 8 bytes. */
  long load(Warp w, int lane, long address, int width) {
    long at = within(address);
    return switch (spaceOf(address)) {
      case SHARED -> w.block.shared.load(w, lane, at, width);
      case LOCAL -> Bytes.get(w.local, local(w, lane, at, width), width);
      case PARAM -> Bytes.get(w.block.arguments, argument(w, at, width), width);
      default -> {
        Allocation piece = w.block.memory.at(at);
        long value = piece.load(at, width);
        if (w.block.watching) {
          piece.noteRead(w, lane, at, width, cached);
        }
        yield value;
      }
    };
  }

  /** Writes 1, 2, 4 or 8 bytes. */
  void store(Warp w, int lane, long address, int width, long value) {
    long at = within(address);
    switch (spaceOf(address)) {
      case SHARED -> w.block.shared.store(w, lane, at, width, value);
      case LOCAL -> Bytes.set(w.local, local(w, lane, at, width), width, value);
      case PARAM ->
        throw new Fault(
            CudaStatus.ILLEGAL_ADDRESS, "write to the arguments of the launch", "copy them first");
      default -> {
        Allocation piece = w.block.memory.at(at);
        piece.store(at, width, value);
        if (w.block.watching) {
          piece.noteWrite(w, lane, at, width);
        }
      }
    }
  }

  private static int local(Warp w, int lane, long at, int width) {
    int size = w.local.length / Lanes.COUNT;
    requireInside("local memory", at, width, size);
    return lane * size + (int) at;
  }

  private static int argument(Warp w, long at, int width) {
    requireInside("arguments", at, width, w.block.arguments.length);
    return (int) at;
  }

  private static void requireInside(String what, long at, int width, int size) {
    if (at < 0 || at > size - width || (at & width - 1) != 0) {
      throw new Fault(
          CudaStatus.ILLEGAL_ADDRESS,
          Text.of("access of %d bytes at %d of the %d bytes of %s", width, at, size, what),
          "check the index");
    }
  }
}
