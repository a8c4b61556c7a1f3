package brume.tensor.cpu.attention;

import static brume.tensor.cpu.attention.HeadMatrices.transposed;

import brume.tensor.Shape;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.gemm.Tile;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.kernel.AttentionGeometry;
import java.util.Arrays;

/**
 * Attention of one head of one sample, by one thread: products of small matrices where they lie in their
 * tensors, and softmax in between. To be closed after use, which gives scratch space back.
 *
 * <p>Where keys do not fill the last vector of a row, weights are computed in rows that do, and copied:
 * what is added there is nothing, e⁻ⁱⁿᶠ, so that the bits are those of shorter rows.
 */
final class HeadAttention implements AutoCloseable {

  private final HeadMatrices head;
  private final AttentionGeometry at;
  private final Gemm gemm;
  private final RowSoftmax softmax;
  private final FloatPool pool;
  private final Gemm.Scratch scratch;
  private final int row; // of weights, in whole vectors

  HeadAttention(HeadMatrices head, Gemm gemm, RowSoftmax softmax, FloatPool pool) {
    this.head = head;
    this.at = head.at();
    this.gemm = gemm;
    this.softmax = softmax;
    this.pool = pool;
    scratch = gemm.scratch(Math.max(Math.max(at.lq(), at.lk()), Math.max(at.d(), at.dv())));
    row = row(at.lk());
  }

  /** Sums along a row take whole runs of eight alike, wherever they lie; the rest they take one by one. */
  private static int row(int keys) {
    boolean whole = Columns.whole(keys) == keys;
    return whole ? (keys + Tile.LENGTH - 1) / Tile.LENGTH * Tile.LENGTH : keys;
  }

  /** y = softmax(s*q*k')*v, and the weights p. */
  void forward(float[] q, float[] k, float[] v, float scale, float[] y, float[] p) {
    int lq = at.lq(), lk = at.lk();
    Matrix stored = head.square(p, lq, lk);
    float[] wider = pool.take(row == lk ? 0 : Shape.product(lq, row));
    Matrix weights = row == lk ? stored : Matrix.of(wider, 0, row);
    multiply(lq, row, at.d(), head.q(q), panels(transposed(head.k(k)), lk, scale), weights);
    for (int r = 0; r < lq && row > lk; r++) {
      Arrays.fill(wider, r * row + lk, (r + 1) * row, Float.NEGATIVE_INFINITY);
    }
    softmax.forward(lq, row, weights, weights);
    weights.copyRows(stored, 0, lq, lk);
    multiply(lq, at.dv(), lk, weights, panels(head.v(v), at.dv(), 1), head.y(y));
    pool.give(wider);
  }

  /** The gradients of {@link #forward}. */
  void backward(
      float[] q,
      float[] k,
      float[] v,
      float scale,
      float[] p,
      float[] dy,
      float[] dq,
      float[] dk,
      float[] dv) {
    int lq = at.lq(), lk = at.lk(), d = at.d();
    Matrix stored = head.square(p, lq, lk), up = head.y(dy);
    float[] wider = pool.take(row == lk ? 0 : Shape.product(lq, row));
    float[] grads = pool.take(Shape.product(lq, row));
    Matrix weights = row == lk ? stored : Matrix.of(wider, 0, row);
    Matrix ds = Matrix.of(grads, 0, row); // holds dp first
    for (int r = 0; r < lq && row > lk; r++) {
      Arrays.fill(wider, r * row + lk, (r + 1) * row, 0);
    }
    stored.copyRows(weights, 0, lq, lk);
    multiply(lq, row, at.dv(), up, panels(transposed(head.v(v)), lk, 1), ds);
    softmax.backward(lq, row, weights, ds, ds);
    multiply(lk, at.dv(), lq, transposed(weights), panels(up, at.dv(), 1), head.v(dv));
    multiply(lq, d, lk, ds, panels(head.k(k), d, scale), head.q(dq));
    multiply(lk, d, lq, transposed(ds), panels(head.q(q), d, scale), head.k(dk));
    pool.give(wider);
    pool.give(grads);
  }

  private static Panels panels(Matrix b, int columns, float factor) {
    return Panels.of(b, columns, factor);
  }

  private void multiply(int m, int n, int k, Matrix a, Panels b, Matrix c) {
    gemm.multiply(m, n, 0, k, a, b, 0, false, c, scratch);
  }

  @Override
  public void close() {
    scratch.close();
  }
}
