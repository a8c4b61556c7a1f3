package brume.tensor.cpu.loop;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Arrays that are used again and again, by exact length: storage of tensors whose scope has closed,
 * and scratch space of kernels. Safe for use by many threads.
 *
 * <p>A training step asks for the same lengths every time, so after the first one no array is made.
 */
public final class FloatPool {

  private final Map<Integer, ArrayDeque<float[]>> idle = new HashMap<>();
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
   * @param length exact number of elements
   * @return an array nobody else uses until it is given back
   */
  public synchronized float[] take(int length) {
    ArrayDeque<float[]> fitting = idle.get(length);
    if (fitting != null && !fitting.isEmpty()) {
      idleBytes -= bytes(length);
      return fitting.pop();
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

  /**
   * Takes an array back.
   *
   * @param array from {@link #take}, no longer used by anyone
   */
  public synchronized void give(float[] array) {
    idle.computeIfAbsent(array.length, length -> new ArrayDeque<>()).push(array);
    idleBytes += bytes(array.length);
  }

  /** Forgets the arrays nobody uses, so that the garbage collector can have them. */
  synchronized void trim() {
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

  private static long bytes(int length) {
    return (long) length * Float.BYTES;
  }
}
