package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;

/**
 * Who read and wrote each word of a piece of device memory in the launch that runs. Blocks run in any
 * order, so what one writes nobody else may touch in the same launch,
 * unless they met ({@link Meetings}); threads of a block need a barrier
 * between them. Nothing at all may write what was read through ld.global.nc. Lanes of one warp are not
 * told apart. Mutable.
 *
 * <p>Who it was is a number: that of the block, counted through all launches, the barriers it has
 * passed, and the thread. What launches before have done is below the number of the launch's first
 * block.
 */
final class Sharing {

  private static final int WORD = 4;
  private static final int THREAD_BITS = 10;
  private static final int BARRIER_BITS = 14;
  private static final int BLOCK_SHIFT = THREAD_BITS + BARRIER_BITS;
  private static final int WARP_SHIFT = Integer.numberOfTrailingZeros(Lanes.COUNT);

  /** Readers of several blocks. */
  private static final byte BLOCKS = 1;

  /** Readers of several warps between the same barriers. */
  private static final byte WARPS = 2;

  /** Read through ld.global.nc. */
  private static final byte CACHED = 4;

  private final long[] writers;
  private final long[] readers;
  private final byte[] reading;

  Sharing(int bytes) {
    int words = (bytes + WORD - 1) / WORD;
    this.writers = new long[words];
    this.readers = new long[words];
    this.reading = new byte[words];
  }

  /** What a block's accesses are numbered from, after some barriers. */
  static long mark(long block, int barriers) {
    return block << BLOCK_SHIFT | (long) (barriers & (1 << BARRIER_BITS) - 1) << THREAD_BITS;
  }

  /** Notes a read of whole words; part of a word is not looked at. */
  void read(Block block, int thread, int offset, int width, boolean cached) {
    long me = block.mark() | thread;
    for (int word = offset / WORD; word < (offset + width) / WORD; word++) {
      long writer = writers[word];
      if (writer >= block.launchMark()) {
        if (cached) {
          throw fault(
              Text.of(
                  "ld.global.nc of byte %d, which %s wrote in the same launch",
                  word * WORD, name(writer, block)),
              "leave __restrict__ off the pointer, so that it is read by ld.global");
        }
        if (unordered(block, writer, me)) {
          throw race("a read", word, "the write", name(writer, block));
        }
      }
      note(block, me, word, cached);
    }
  }

  private void note(Block block, long me, int word, boolean cached) {
    long reader = readers[word];
    if (reader < block.launchMark()) {
      reading[word] = 0;
    } else if (reader >>> BLOCK_SHIFT != me >>> BLOCK_SHIFT) {
      reading[word] |= BLOCKS;
    } else if (reader >>> THREAD_BITS != me >>> THREAD_BITS) {
      reading[word] &= ~WARPS; // a barrier lies between
    } else if (unordered(block, reader, me)) {
      reading[word] |= WARPS;
    }
    if (cached) {
      reading[word] |= CACHED;
    }
    readers[word] = me;
  }

  /** Notes a write of whole words; part of a word is not looked at. */
  void write(Block block, int thread, int offset, int width) {
    long me = block.mark() | thread;
    for (int word = offset / WORD; word < (offset + width) / WORD; word++) {
      long writer = writers[word];
      if (writer >= block.launchMark() && unordered(block, writer, me)) {
        throw race("a write", word, "the write", name(writer, block));
      }
      long reader = readers[word];
      if (reader >= block.launchMark()) {
        requireUnread(block, me, word, reader);
      }
      writers[word] = me;
    }
  }

  private void requireUnread(Block block, long me, int word, long reader) {
    if ((reading[word] & CACHED) != 0) {
      throw fault(
          Text.of(
              "a write of byte %d, which %s read by ld.global.nc in the same launch",
              word * WORD, name(reader, block)),
          "leave __restrict__ off the pointer, so that it is read by ld.global");
    }
    boolean together = reader >>> THREAD_BITS == me >>> THREAD_BITS;
    if ((reading[word] & BLOCKS) != 0 || together && (reading[word] & WARPS) != 0) {
      throw race("a write", word, "reads", "several threads");
    }
    if (unordered(block, reader, me)) {
      throw race("a write", word, "the read", name(reader, block));
    }
  }

  /** Whether nothing orders two accesses of one launch. */
  private static boolean unordered(Block block, long before, long now) {
    if (before >>> BLOCK_SHIFT != now >>> BLOCK_SHIFT) {
      int barriers = (int) (before >>> THREAD_BITS) & (1 << BARRIER_BITS) - 1;
      return !block.follows(before >>> BLOCK_SHIFT, barriers);
    }
    return before >>> THREAD_BITS == now >>> THREAD_BITS
        && before >>> WARP_SHIFT != now >>> WARP_SHIFT;
  }

  private static String name(long who, Block block) {
    return Text.of(
        "thread number %d of block number %d",
        who & (1 << THREAD_BITS) - 1, (who >>> BLOCK_SHIFT) - (block.launchMark() >>> BLOCK_SHIFT));
  }

  private static Fault race(String mine, int word, String others, String who) {
    return fault(
        Text.of(
            "a race: %s of byte %d of device memory, not ordered with %s by %s",
            mine, word * WORD, others, who),
        "let one thread do both, put a barrier between threads of a block, or use two launches");
  }

  private static Fault fault(String what, String advice) {
    return new Fault(CudaStatus.LAUNCH_FAILED, what, advice);
  }
}
