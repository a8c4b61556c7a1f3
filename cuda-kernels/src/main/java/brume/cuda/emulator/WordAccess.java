package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;

/**
 * Loads and stores of 32-bit words, one or several side by side, in device or shared memory: the
 * accesses that kernels spend their time on. Mutable: it remembers which allocation it met last.
 */
final class WordAccess implements Op {

  private final boolean store;
  private final AddressOf address;
  private final int[] registers;
  private final long unaligned;
  private Allocation last = Allocation.NOWHERE;

  WordAccess(boolean store, AddressOf address, int[] registers) {
    this.store = store;
    this.address = address;
    this.registers = registers;
    this.unaligned = 4L * registers.length - 1;
  }

  @Override
  public void run(Warp w, int from, int to) {
    long[] at = w.addresses;
    address.all(w, from, to, at);
    int t = from;
    try {
      if (address.space() == Space.SHARED) {
        for (; t < to; t++) {
          shared(w, t, at[t]);
        }
      } else {
        for (; t < to; t++) {
          global(w, t, at[t]);
        }
      }
    } catch (Fault fault) {
      throw fault.at(t);
    }
  }

  private void global(Warp w, int t, long at) {
    Allocation piece = last;
    if (at >>> 32 != piece.number()) {
      piece = w.block.memory.at(at);
      last = piece;
    }
    if ((at & unaligned) != 0) {
      throw misaligned(at, registers.length * 4);
    }
    for (int i = 0; i < registers.length; i++) {
      if (store) {
        piece.store32(at + 4L * i, w.words[registers[i]][t]);
      } else {
        w.words[registers[i]][t] = piece.load32(at + 4L * i);
      }
    }
    if (w.block.watching && store) {
      piece.noteWrite(w, t, at, 4 * registers.length);
    } else if (w.block.watching) {
      piece.noteRead(w, t, at, 4 * registers.length, address.cached());
    }
  }

  private void shared(Warp w, int t, long at) {
    SharedMemory memory = w.block.shared;
    if ((at & unaligned) != 0) {
      throw misaligned(at, registers.length * 4);
    }
    for (int i = 0; i < registers.length; i++) {
      if (store) {
        memory.store32(w, t, at + 4L * i, w.words[registers[i]][t]);
      } else {
        w.words[registers[i]][t] = memory.load32(w, t, at + 4L * i);
      }
    }
  }

  static Fault misaligned(long at, int bytes) {
    return new Fault(
        CudaStatus.MISALIGNED_ADDRESS,
        Text.of("access of %d bytes at 0x%x, which is no multiple of %d", bytes, at, bytes),
        "align the data, or use narrower accesses");
  }
}
