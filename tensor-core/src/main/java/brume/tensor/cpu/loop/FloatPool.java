package brume.tensor.cpu.loop;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Arrays that are used again and again: storage of tensors whose scope has closed, and scratch space of
 * kernels. Safe for use by many threads.
 *
 * <p>A training step asks for the same lengths every time, so after the first one no array is made. A large
 * network asks for many lengths, few of them at once: there a long array also stands in for one that is up
 * to twice as short, or else what waits would be more than what is used.
 */
public final class FloatPool {

  /** Length from which on an array stands in for shorter ones. */
  private static final int LONG = 1 << 14;

  /** Of shorter lengths, by length; a look-up costs as much as a small kernel if it is slow. */
  private final @Nullable ArrayDeque<float[]>[] brief = newDeques(LONG);

  private final NavigableMap<Integer, ArrayDeque<float[]>> idle = new TreeMap<>(); // the others
  private final long idleLimit;
  private long idleBytes;
  private long allocatedBytes;

  /** A pool that may keep half of the heap waiting. */
  public FloatPool() {
    this(Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * An empty pool.
   *
   * @param idleLimit bytes that may wait to be used again while a new array is made
   */
  public FloatPool(long idleLimit) {
    this.idleLimit = idleLimit;
  }

  /**
   * An array with arbitrary numbers in it.
   *
   * @param length number of elements that are needed
   * @return an array of as many, or up to twice as many, that nobody else uses until it is given back
   */
  public synchronized float[] take(int length) {
    float[] waiting = waiting(length);
    if (waiting != null) {
      idleBytes -= bytes(waiting.length);
      return waiting;
    }
    // Lengths that never come back must not fill the heap.
    if (idleBytes > idleLimit) {
      trim();
    }
    allocatedBytes += bytes(length);
    try {
      return new float[length];
    } catch (OutOfMemoryError e) {
      trim();
      return new float[length];
    }
  }

  /** The shortest idle array that fits; null if there is none. */
  private float @Nullable [] waiting(int length) {
    if (length < LONG) {
      ArrayDeque<float[]> exact = brief[length];
      return exact == null ? null : exact.poll();
    }
    int most = (int) Math.min(Integer.MAX_VALUE, 2L * length);
    for (ArrayDeque<float[]> fitting : idle.subMap(length, true, most, true).values()) {
      if (!fitting.isEmpty()) {
        return fitting.pop();
      }
    }
    return null;
  }

  /**
   * Takes an array back.
   *
   * @param array from {@link #take}, no longer used by anyone
   */
  public synchronized void give(float[] array) {
    deque(array.length).push(array);
    idleBytes += bytes(array.length);
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
