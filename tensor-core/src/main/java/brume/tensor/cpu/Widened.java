package brume.tensor.cpu;

import brume.tensor.HeapStorage;
import brume.tensor.Tensor;
import brume.tensor.cpu.gemm.HalfPanels;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Widening;
import brume.tensor.cpu.loop.Workers;

/**
 * The numbers of a tensor in single precision: its own array or, if they are of half width, one that is
 * borrowed and filled. To be closed after use.
 */
final class Widened implements AutoCloseable {

  /** Long against handing out a task. */
  private static final int FLOATS_PER_TASK = 1 << 15;

  private final FloatPool pool;
  private final boolean borrowed;
  private final float[] floats;

  private Widened(FloatPool pool, boolean borrowed, float[] floats) {
    this.pool = pool;
    this.borrowed = borrowed;
    this.floats = floats;
  }

  static Widened of(Tensor t, Workers workers, FloatPool pool) {
    if (!t.dtype().isHalf()) {
      return new Widened(pool, false, HeapStorage.floats(t));
    }
    short[] bits = HeapStorage.halves(t);
    int length = t.shape().size();
    float[] floats = pool.take(length);
    workers.forEach((length + FLOATS_PER_TASK - 1) / FLOATS_PER_TASK, task -> {
      int from = task * FLOATS_PER_TASK, count = Math.min(FLOATS_PER_TASK, length - from);
      Widening.widen(t.dtype(), bits, from, floats, from, count);
    });
    return new Widened(pool, true, floats);
  }

  /** An array to be read, longer than the tensor perhaps. */
  float[] floats() {
    return floats;
  }

  @Override
  public void close() {
    if (borrowed) {
      pool.give(floats);
    }
  }

  /**
   * The panels of the transpose of rows of a tensor, which widen what they pack, a few rows at a time.
   *
   * @param t of either width
   * @param first element of the first row
   * @param row elements from a row to the next
   * @param count rows
   */
  static Panels panels(Tensor t, int first, int row, int count, FloatPool pool) {
    return t.dtype().isHalf()
        ? new HalfPanels(t.dtype(), HeapStorage.halves(t), first, row, count, pool)
        : Panels.of(Matrix.transposed(HeapStorage.floats(t), first, row), count, 1);
  }
}
