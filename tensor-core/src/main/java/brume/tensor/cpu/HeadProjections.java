package brume.tensor.cpu;

import brume.tensor.kernel.AttentionGeometry;

/**
 * The projections of linear attention, head by head: packed towards queries and keys, packed back from
 * the gradient of the queries, and as they are. To be closed after use.
 */
final class HeadProjections implements AutoCloseable {

  private final AttentionGeometry at;
  private final int c;
  private final float[] w;
  private final PackedMatrix[] packed;
  private final int parts;

  private HeadProjections(
      AttentionGeometry at, int c, float[] w, int parts, Workers workers, Packing packing) {
    this.at = at;
    this.c = c;
    this.w = w;
    this.parts = parts;
    packed = new PackedMatrix[at.heads() * parts];
    workers.forEach(packed.length, i -> packed[i] = packing.pack(rows(i / parts, i % parts)));
  }

  private interface Packing {
    PackedMatrix pack(Matrix rows);
  }

  /**
   * Two matrices (C, D) for each head.
   *
   * @param at sizes
   * @param c channels of x
   * @param w (3*heads*D, C)
   * @param workers share the work
   * @param pool lends the arrays
   * @return for {@link #q} and {@link #k}
   */
  static HeadProjections forth(
      AttentionGeometry at, int c, float[] w, Workers workers, FloatPool pool) {
    return new HeadProjections(at, c, w, 2, workers, rows -> {
      Panels columns = Panels.of(HeadMatrices.transposed(rows), at.d(), 1);
      return new PackedMatrix(columns, at.d(), c, workers, pool);
    });
  }

  /**
   * A matrix (D, C) for each head.
   *
   * @param at sizes
   * @param c channels of x
   * @param w (3*heads*D, C)
   * @param workers share the work
   * @param pool lends the arrays
   * @return for {@link #q}
   */
  static HeadProjections back(
      AttentionGeometry at, int c, float[] w, Workers workers, FloatPool pool) {
    return new HeadProjections(
        at,
        c,
        w,
        1,
        workers,
        rows -> new PackedMatrix(Panels.of(rows, c, 1), c, at.d(), workers, pool));
  }

  PackedMatrix q(int head) {
    return packed[head * parts];
  }

  PackedMatrix k(int head) {
    return packed[head * parts + 1];
  }

  /** (D, C) the rows of w that project to keys. */
  Matrix keys(int head) {
    return rows(head, 1);
  }

  /** (D, C) the rows of w that project to values. */
  Matrix values(int head) {
    return rows(head, 2);
  }

  private Matrix rows(int head, int which) {
    return Matrix.of(w, (which * at.inner() + head * at.d()) * c, c);
  }

  @Override
  public void close() {
    for (PackedMatrix matrix : packed) {
      matrix.close();
    }
  }
}
