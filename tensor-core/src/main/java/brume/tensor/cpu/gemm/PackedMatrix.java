package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.CacheLine;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Workers;
import org.jspecify.annotations.Nullable;

/**
 * All panels of a right-hand matrix B, packed once for all tasks that multiply with it: panel j starts
 * at {@code j*K*COLUMNS} from a {@link CacheLine}, its row p at {@code p*COLUMNS} from there. To be closed after use, which
 * gives its array back to the pool, unless it is kept for the next call.
 */
public final class PackedMatrix implements Panels, AutoCloseable {

  /** Rows that are packed of several panels before the next rows. */
  private static final int SLAB = 64;

  /** Long against handing out a task, short against all of a large matrix. */
  private static final int FLOATS_PER_TASK = 1 << 14;

  private final @Nullable FloatPool lender;
  private final int n;
  private final int k;
  private final float[] array;

  private PackedMatrix(int n, int k, float[] array, @Nullable FloatPool lender) {
    this.n = n;
    this.k = k;
    this.array = array;
    this.lender = lender;
  }

  /**
   * Copies a matrix into panels, by all workers.
   *
   * @param b (K, N)
   * @param n columns
   * @param k rows
   * @param workers share the work
   * @param pool lends the array
   */
  public PackedMatrix(Panels b, int n, int k, Workers workers, FloatPool pool) {
    this(n, k, pool.take(length(n, k)), pool);
    pack(b, n, k, workers, array);
  }

  /**
   * The panels of weights, if the same are asked for again and again.
   *
   * @param w the weights, in single precision
   * @param b (K, N) their matrix, the same for every call
   * @param n columns
   * @param k rows
   * @param kept what is kept
   * @param workers share the work
   * @return panels that need not be packed, or only now; {@code null} if nothing is kept
   */
  public static @Nullable PackedMatrix kept(
      Tensor w, Panels b, int n, int k, KeptWeights kept, Workers workers) {
    float[] array = kept.get(w, new Form(n, k), length(n, k), into -> pack(b, n, k, workers, into));
    return array == null ? null : new PackedMatrix(n, k, array, null);
  }

  /** What is kept of weights. */
  private record Form(int n, int k) {}

  private static int length(int n, int k) {
    return CacheLine.START + Shape.product(panels(n), k * COLUMNS);
  }

  private static void pack(Panels b, int n, int k, Workers workers, float[] array) {
    int panels = panels(n), panel = k * COLUMNS;
    // Of all panels a slab, then the next slab: rows of neighboring panels lie in the same pages.
    int few = Math.max(1, FLOATS_PER_TASK / (SLAB * COLUMNS)), width = Math.min(panels, few);
    int height = SLAB * Math.max(1, few / Math.max(1, width));
    int slabs = (k + height - 1) / height, groups = (panels + few - 1) / few;
    workers.forEach(slabs * groups, task -> {
      int from = task / groups * height, to = Math.min(k, from + height);
      int first = task % groups * few, end = Math.min(panels, first + few);
      for (int j = first; j < end; j++) {
        b.pack(j * COLUMNS, from, to, array, CacheLine.START + j * panel + from * COLUMNS);
      }
    });
  }

  /**
   * Number of panels of a matrix.
   *
   * @param n its columns
   * @return enough to hold them
   */
  public static int panels(int n) {
    return (n + COLUMNS - 1) / COLUMNS;
  }

  /**
   * The array that holds all panels.
   *
   * @return a borrowed array, longer than the panels perhaps
   */
  public float[] array() {
    return array;
  }

  /**
   * Where row {@code p} of the panel starts whose first column is {@code column}.
   *
   * @param column a multiple of the columns of a panel
   * @param p a row of the matrix
   * @return an index of {@link #array}
   */
  public int at(int column, int p) {
    return CacheLine.START + column * k + p * COLUMNS;
  }

  /**
   * Elements from one panel to the next.
   *
   * @return as many as K rows of a panel have
   */
  public int step() {
    return k * COLUMNS;
  }

  @Override
  public void pack(int column, int from, int to, float[] panel, int into) {
    System.arraycopy(array, at(column, from), panel, into, (to - from) * COLUMNS);
  }

  @Override
  public void close() {
    if (lender != null) {
      lender.give(array);
    }
  }
}
