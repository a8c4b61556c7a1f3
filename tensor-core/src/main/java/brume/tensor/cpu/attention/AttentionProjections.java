package brume.tensor.cpu.attention;

import static brume.tensor.cpu.attention.HeadMatrices.transposed;

import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.PackedMatrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.AttentionGeometry;
import java.util.Arrays;

/**
 * The matrices that linear attention of a tensor to itself projects by.
 *
 * @param at sizes
 * @param c channels of x
 * @param o channels of the result
 * @param w (3*heads*D, C) makes queries, then keys, then values
 * @param out (O, heads*D) makes the result from that of all heads
 */
record AttentionProjections(AttentionGeometry at, int c, int o, float[] w, float[] out) {

  /** Numbers of a block of queries: with keys and gradients a tenth of a second-level cache. */
  private static final int BLOCK = 12 << 10;

  /** Tiles of four, six or eight rows all divide it. */
  private static final int WHOLE_TILES = 24;

  /** Positions that are taken together. */
  int rowsPerBlock() {
    return Math.max(1, BLOCK / at.inner() / WHOLE_TILES) * WHOLE_TILES;
  }

  /** (heads*D, C) the rows that make queries. */
  Matrix queries() {
    return rows(0);
  }

  /** (heads*D, C) the rows that make keys. */
  Matrix keys() {
    return rows(at.inner());
  }

  /** (D, C) the rows that make the values of a head. */
  Matrix values(int head) {
    return rows(2 * at.inner() + head * at.d());
  }

  private Matrix rows(int first) {
    return Matrix.of(w, first * c, c);
  }

  /** (O, D) the columns that take the result of a head. */
  Matrix out(int head) {
    return Matrix.of(out, head * at.d(), at.inner());
  }

  /** (C, heads*D) from x to queries or keys. */
  PackedMatrix pack(Matrix rows, Workers workers, FloatPool pool) {
    return pack(rows, at.inner(), workers, pool);
  }

  /** (C, D) from x to the keys of each head. */
  PackedMatrix[] packKeysOfHeads(Workers workers, FloatPool pool) {
    PackedMatrix[] packed = new PackedMatrix[at.heads()];
    Arrays.setAll(packed, head -> pack(keys().from(head * at.d(), 0), at.d(), workers, pool));
    return packed;
  }

  private PackedMatrix pack(Matrix rows, int count, Workers workers, FloatPool pool) {
    return new PackedMatrix(Panels.of(transposed(rows), count, 1), count, c, workers, pool);
  }

  /**
   * What a head's queries are multiplied with, m = s*context*out^T.
   *
   * @param gemm multiplies
   * @param head its number
   * @param scale s
   * @param context (D, D)
   * @param m (D, O) receives the result
   */
  void mix(Gemm gemm, int head, float scale, Matrix context, Matrix m) {
    gemm.multiply(at.d(), o, at.d(), scale, context, transposed(out(head)), 0, m);
  }
}
