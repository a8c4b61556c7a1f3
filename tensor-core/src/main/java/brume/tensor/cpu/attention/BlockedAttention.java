package brume.tensor.cpu.attention;

import static brume.tensor.cpu.attention.HeadMatrices.transposed;

import brume.tensor.Shape;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.PackedMatrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.AttentionGeometry;

/**
 * Attention whose weights nobody keeps: a block of queries at a time meets all keys of its head, so that
 * its weights never leave the second-level cache. Keys and values of a head are packed once for all
 * blocks. Rows are computed as they are where all weights are stored, with the same bits.
 */
final class BlockedAttention {

  /** Weights of a block: with what they are multiplied with about a second-level cache. */
  private static final int BLOCK = 3 << 15;

  /** Keeps rows of weights out of one set of the first-level cache. */
  private static final int PADDING = 16;

  /** Tiles of four, six or eight rows all divide it. */
  private static final int WHOLE_TILES = 24;

  /** Most queries of a block, so that there are tasks for all threads. */
  private static final int MOST = 8 * WHOLE_TILES;

  private final Workers workers;
  private final FloatPool pool;
  private final Gemm gemm;
  private final RowSoftmax softmax;

  BlockedAttention(Workers workers, FloatPool pool, Gemm gemm, RowSoftmax softmax) {
    this.workers = workers;
    this.pool = pool;
    this.gemm = gemm;
    this.softmax = softmax;
  }

  /** Whether the weights of a head do not fit into the cache, and there are tasks enough in a head. */
  static boolean suits(AttentionGeometry at) {
    return (long) at.lq() * at.lk() > BLOCK && at.lq() > MOST;
  }

  void forward(AttentionGeometry at, float[] q, float[] k, float[] v, float scale, float[] y) {
    for (int i = 0; i < at.n() * at.heads(); i++) {
      forward(HeadMatrices.of(at, i), q, k, v, scale, y);
    }
  }

  private void forward(HeadMatrices head, float[] q, float[] k, float[] v, float scale, float[] y) {
    AttentionGeometry at = head.at();
    int lq = at.lq(), lk = at.lk(), d = at.d(), dv = at.dv();
    int rows = Math.min(MOST, Math.max(1, BLOCK / lk / WHOLE_TILES) * WHOLE_TILES);
    Panels keys = Panels.of(transposed(head.k(k)), lk, scale), values = Panels.of(head.v(v), dv, 1);
    try (PackedMatrix packedKeys = new PackedMatrix(keys, lk, d, workers, pool);
        PackedMatrix packedValues = new PackedMatrix(values, dv, lk, workers, pool)) {
      Matrix queries = head.q(q), results = head.y(y);
      workers.forEach((lq + rows - 1) / rows, task -> {
        int first = task * rows, count = Math.min(rows, lq - first);
        float[] scratch = pool.take(Shape.product(rows, lk + PADDING));
        Matrix weights = Matrix.of(scratch, 0, lk + PADDING);
        gemm.multiply(count, lk, d, queries.from(first, 0), packedKeys, 0, false, weights);
        softmax.forward(count, lk, weights, weights);
        gemm.multiply(count, dv, lk, weights, packedValues, 0, false, results.from(first, 0));
        pool.give(scratch);
      });
    }
  }
}
