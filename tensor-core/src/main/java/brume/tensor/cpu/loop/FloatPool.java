package brume.tensor.cpu.loop;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Arrays that are used again and again: storage of tensors whose scope has closed, and scratch space of
 * kernels. Safe for use by many threads.
 *
 * <p>A training step asks for the same lengths every time, so after the first few no array is made. A large
 * network asks for many lengths, few of them at once: there a long array also stands in for one that is up
 * to twice as short, or else what waits would be more than what is used.
 *
 * <p>All arrays together are little more than what was ever in use at once. The way back through a network
 * wants the gradients of its largest weights, longer than any activation, when activations have become idle:
 * at the limit an array stands in for one of any shorter length, and where none is long enough, the longest
 * idle ones make room. Within some steps the arrays that are left do for all of a step.
 */
public final class FloatPool {

  /** Length from which on an array stands in for shorter ones. */
  private static final int LONG = 1 << 14;

  /** What part of the most that was in use may be there besides. */
  private static final int PART = 16;

  /** Bytes that may be there besides, however little was in use. */
  private static final long SPARE = 16L << 20;

  /** What part of the arrays that made room may be there from then on: it must not go on for ever. */
  private static final int LESSON = 64;

  /** Of shorter lengths, by length; a look-up costs as much as a small kernel if it is slow. */
  private final @Nullable ArrayDeque<float[]>[] brief = newDeques(LONG);

  /** The others, by length; none is empty. */
  private final NavigableMap<Integer, ArrayDeque<float[]>> idle = new TreeMap<>();

  private long spare;
  private long idleBytes;
  private long
      goneBytes; // of arrays that made room, since the collector was asked for the last time
  private long usedBytes;
  private long mostUsedBytes;
  private long allocatedBytes;

  /** An empty pool. */
  public FloatPool() {
    this(SPARE);
  }

  /**
   * An empty pool.
   *
   * @param spare bytes that may wait to be used again besides the most that was ever in use, however little
   *     that is
   */
  FloatPool(long spare) {
    this.spare = spare;
  }

  /**
   * An array with arbitrary numbers in it.
   *
   * @param length number of elements that are needed
   * @return an array of as many or more that nobody else uses until it is given back
   */
  public synchronized float[] take(int length) {
    float[] array = waiting(length);
    if (array == null) {
      array = made(length);
    } else {
      idleBytes -= bytes(array.length);
    }
    usedBytes += bytes(array.length);
    mostUsedBytes = Math.max(mostUsedBytes, usedBytes);
    return array;
  }

  /** The shortest idle array that does; null if there is none. */
  private float @Nullable [] waiting(int length) {
    if (length < LONG) {
      ArrayDeque<float[]> exact = brief[length];
      return exact == null ? null : exact.poll();
    }
    Map.Entry<Integer, ArrayDeque<float[]>> fitting = idle.ceilingEntry(length);
    if (fitting == null || fitting.getKey() > 2L * length && hasRoomFor(length)) {
      return null;
    }
    return pop(fitting);
  }

  private float[] pop(Map.Entry<Integer, ArrayDeque<float[]>> some) {
    float[] array = some.getValue().pop();
    if (some.getValue().isEmpty()) {
      idle.remove(some.getKey());
    }
    return array;
  }

  private float[] made(int length) {
    while (!idle.isEmpty() && !hasRoomFor(length)) {
      long gone = bytes(pop(idle.lastEntry()).length);
      idleBytes -= gone;
      goneBytes += gone;
      spare += gone / LESSON;
    }
    if (!hasRoomFor(length)) {
      trim(); // lengths that never come back must not fill the heap
    }
    if (goneBytes > besides() / 2) {
      // The collector would rather make the heap larger, for good. This is a matter of the first
      // steps.
      System.gc();
      goneBytes = 0;
    }
    allocatedBytes += bytes(length);
    try {
      return new float[length];
    } catch (OutOfMemoryError e) {
      trim();
      return new float[length];
    }
  }

  private boolean hasRoomFor(int length) {
    return usedBytes + idleBytes + bytes(length) <= mostUsedBytes + besides();
  }

  private long besides() {
    return Math.max(mostUsedBytes / PART, spare);
  }

  /**
   * Takes an array back.
   *
   * @param array from {@link #take}, no longer used by anyone
   */
  public synchronized void give(float[] array) {
    deque(array.length).push(array);
    idleBytes += bytes(array.length);
    usedBytes -= bytes(array.length);
  }

  private ArrayDeque<float[]> deque(int length) {
    if (length >= LONG) {
      return idle.computeIfAbsent(length, key -> new ArrayDeque<>());
    }
    ArrayDeque<float[]> some = brief[length];
    if (some == null) {
      some = new ArrayDeque<>();
      brief[length] = some;
    }
    return some;
  }

  /** Forgets the arrays nobody uses, so that the garbage collector can have them. */
  synchronized void trim() {
    Arrays.fill(brief, null);
    idle.clear();
    idleBytes = 0;
  }

  /**
   * Bytes of all arrays ever made; stands still in a steady state.
   *
   * @return bytes
   */
  public synchronized long allocatedBytes() {
    return allocatedBytes;
  }

  /**
   * Bytes of the arrays waiting to be used again.
   *
   * @return bytes
   */
  public synchronized long idleBytes() {
    return idleBytes;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable ArrayDeque<float[]>[] newDeques(int count) {
    return new ArrayDeque[count];
  }

  private static long bytes(int length) {
    return (long) length * Float.BYTES;
  }
}
