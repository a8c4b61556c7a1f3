package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;

/**
 * Shared memory of a block, with who read and wrote each cell since the last barrier. Mutable.
 *
 * <p>Two accesses to one cell by different threads, at least one a write, must have a barrier between
 * them, or a bar.warp.sync if both threads are of one warp. Times between barriers are numbered; the
 * numbers go on from block to block, so that a new block finds nothing written.
 */
final class SharedMemory {

  /** In place of a thread: several of different warps. */
  private static final int SEVERAL = -1;

  /** In place of a thread: several, by atomic operations. */
  private static final int ATOMIC = -2;

  /** In place of a thread: -3 - w is several threads of warp w. */
  private static final int OF_WARP = -3;

  private final int size;
  private final int cellShift;
  private final byte[] bytes;
  private final int[] writeTime;
  private final int[] writer;
  private final int[] writerMeetings;
  private final int[] readTime;
  private final int[] reader;
  private final int[] readerMeetings;
  private int now;
  private int blockBegan;

  SharedMemory(int size, int cellBytes) {
    this.size = size;
    this.cellShift = Integer.numberOfTrailingZeros(cellBytes);
    this.bytes = new byte[size + 8];
    int cells = (size + cellBytes - 1) / cellBytes;
    this.writeTime = new int[cells];
    this.writer = new int[cells];
    this.writerMeetings = new int[cells];
    this.readTime = new int[cells];
    this.reader = new int[cells];
    this.readerMeetings = new int[cells];
  }

  void begin() {
    blockBegan = ++now;
  }

  void passBarrier() {
    now++;
  }

  int load32(Warp w, int lane, long at) {
    int offset = checked(at, 4, "read");
    noteRead(w, lane, offset, 4);
    return (int) Bytes.I32.get(bytes, offset);
  }

  void store32(Warp w, int lane, long at, int value) {
    int offset = checked(at, 4, "write");
    noteWrite(w, lane, offset, 4);
    Bytes.I32.set(bytes, offset, value);
  }

  long load(Warp w, int lane, long at, int width) {
    int offset = checked(at, width, "read");
    noteRead(w, lane, offset, width);
    return Bytes.get(bytes, offset, width);
  }

  void store(Warp w, int lane, long at, int width, long value) {
    int offset = checked(at, width, "write");
    noteWrite(w, lane, offset, width);
    Bytes.set(bytes, offset, width, value);
  }

  /** Reads as part of an atomic operation, which may meet others. */
  long loadAtomic(Warp w, int lane, long at, int width) {
    int offset = checked(at, width, "read");
    int thread = w.threadOf(lane);
    for (int c = offset >> cellShift; c <= offset + width - 1 >> cellShift; c++) {
      requireWritten(c, offset);
      boolean met = readTime[c] == now && !reachedBy(w, lane, thread, reader[c], readerMeetings[c]);
      if (met && reader[c] != ATOMIC || unorderedWrite(w, lane, thread, c) && writer[c] != ATOMIC) {
        throw race(offset, "an atomic operation", "an access", writer[c]);
      }
      writeTime[c] = now;
      writer[c] = ATOMIC;
    }
    return Bytes.get(bytes, offset, width);
  }

  /** Writes the result of an atomic operation whose {@link #loadAtomic} came just before. */
  void storeAtomic(long at, int width, long value) {
    Bytes.set(bytes, (int) at, width, value);
  }

  // ---- Who was here

  private void noteRead(Warp w, int lane, int offset, int width) {
    int last = offset + width - 1 >> cellShift;
    for (int c = offset >> cellShift; c <= last; c++) {
      int written = writeTime[c];
      if (written == now || written < blockBegan) {
        requireWritten(c, offset);
        if (unorderedWrite(w, lane, w.threadOf(lane), c)) {
          throw race(offset, "a read", "the write", writer[c]);
        }
      }
      if (readTime[c] != now || reader[c] != SEVERAL) {
        addReader(w, lane, c);
      }
    }
  }

  private void addReader(Warp w, int lane, int c) {
    int thread = w.threadOf(lane);
    if (readTime[c] != now) {
      readTime[c] = now;
      reader[c] = thread;
      readerMeetings[c] = w.meetings[lane];
    } else if (reader[c] != thread) {
      reader[c] = warpOf(reader[c]) == w.index ? OF_WARP - w.index : SEVERAL;
      readerMeetings[c] = Math.max(readerMeetings[c], w.meetings[lane]);
    }
  }

  private void noteWrite(Warp w, int lane, int offset, int width) {
    int thread = w.threadOf(lane);
    int last = offset + width - 1 >> cellShift;
    for (int c = offset >> cellShift; c <= last; c++) {
      if (unorderedWrite(w, lane, thread, c)) {
        throw race(offset, "a write", "the write", writer[c]);
      }
      if (readTime[c] == now && !reachedBy(w, lane, thread, reader[c], readerMeetings[c])) {
        throw race(offset, "a write", "the read", reader[c]);
      }
      writeTime[c] = now;
      writer[c] = thread;
      writerMeetings[c] = w.meetings[lane];
    }
  }

  private boolean unorderedWrite(Warp w, int lane, int thread, int c) {
    return writeTime[c] == now && !reachedBy(w, lane, thread, writer[c], writerMeetings[c]);
  }

  /** Whether an access since the last barrier comes before what the thread does now. */
  private static boolean reachedBy(Warp w, int lane, int thread, int who, int meetings) {
    return who == thread || warpOf(who) == w.index && meetings < w.meetings[lane];
  }

  /** Warp of a thread or of several; -1 if they are of different warps. */
  private static int warpOf(int who) {
    return who >= 0 ? who / Lanes.COUNT : who <= OF_WARP ? OF_WARP - who : -1;
  }

  // ---- Checks

  private int checked(long at, int width, String what) {
    if (at < 0 || at > size - width) {
      throw new Fault(
          CudaStatus.ILLEGAL_ADDRESS,
          Text.of(
              "%s of %d bytes of shared memory at %d, of %d the block has", what, width, at, size),
          "check the index, and the dynamic shared memory of the launch");
    }
    if ((at & width - 1) != 0) {
      throw new Fault(
          CudaStatus.MISALIGNED_ADDRESS,
          Text.of(
              "%s of %d bytes of shared memory at %d, which is no multiple of %d",
              what, width, at, width),
          "align the data, or use narrower accesses");
    }
    return (int) at;
  }

  private void requireWritten(int cell, int offset) {
    if (writeTime[cell] < blockBegan) {
      throw new Fault(
          CudaStatus.ILLEGAL_ADDRESS,
          Text.of("read of shared memory at %d, which was never written", offset),
          "write it first");
    }
  }

  private static Fault race(int offset, String mine, String others, int who) {
    String by = who >= 0
        ? Text.of("thread number %d", who)
        : who <= OF_WARP ? Text.of("threads of warp %d", OF_WARP - who) : "several threads";
    return new Fault(
        CudaStatus.LAUNCH_FAILED,
        Text.of(
            "a race: %s of shared memory at %d, not ordered with %s by %s",
            mine, offset, others, by),
        "put a barrier between them");
  }
}
