package brume.tensor.cpu;

import brume.tensor.kernel.AttentionGeometry;

/**
 * The projections of linear attention, packed head by head: towards queries, keys and values, or back
 * from their gradients. To be closed after use.
 */
final class HeadProjections implements AutoCloseable {

  private final PackedMatrix[] packed;
  private final int parts;

  private HeadProjections(int heads, int parts, Workers workers, Packing packing) {
    this.parts = parts;
    packed = new PackedMatrix[heads * parts];
    workers.forEach(packed.length, i -> packed[i] = packing.pack(i / parts, i % parts));
  }

  private interface Packing {
    PackedMatrix pack(int head, int part);
  }

  /**
   * Three matrices (C, D) for each head.
   *
   * @param at sizes
   * @param c channels of x
   * @param w (3*heads*D, C)
   * @param workers share the work
   * @param pool lends the arrays
   * @return for {@link #q}, {@link #k} and {@link #v}
   */
  static HeadProjections forth(
      AttentionGeometry at, int c, float[] w, Workers workers, FloatPool pool) {
    return new HeadProjections(at.heads(), 3, workers, (head, part) -> {
      Matrix rows = Matrix.transposed(w, first(at, head, part) * c, c);
      return new PackedMatrix(Panels.of(rows, at.d(), 1), at.d(), c, workers, pool);
    });
  }

  /**
   * A matrix (D, C) and a matrix (2*D, C) for each head.
   *
   * @param at sizes
   * @param c channels of x
   * @param w (3*heads*D, C)
   * @param workers share the work
   * @param pool lends the arrays
   * @return for {@link #q} and {@link #keysAndValues}
   */
  static HeadProjections back(
      AttentionGeometry at, int c, float[] w, Workers workers, FloatPool pool) {
    int d = at.d();
    return new HeadProjections(at.heads(), 2, workers, (head, part) -> {
      Panels first = Panels.of(Matrix.of(w, first(at, head, part) * c, c), c, 1);
      if (part == 0) {
        return new PackedMatrix(first, c, d, workers, pool);
      }
      Panels second = Panels.of(Matrix.of(w, first(at, head, 2) * c, c), c, 1);
      Panels both = (column, from, to, panel, into) -> {
        first.pack(column, 0, d, panel, into);
        second.pack(column, 0, d, panel, into + d * Tile.COLUMNS);
      };
      return new PackedMatrix(both, c, 2 * d, workers, pool);
    });
  }

  /** The row of w where queries (0), keys (1) or values (2) of a head begin. */
  private static int first(AttentionGeometry at, int head, int which) {
    return which * at.inner() + head * at.d();
  }

  PackedMatrix q(int head) {
    return packed[head * parts];
  }

  PackedMatrix k(int head) {
    return packed[head * parts + 1];
  }

  PackedMatrix v(int head) {
    return packed[head * parts + 2];
  }

  PackedMatrix keysAndValues(int head) {
    return packed[head * parts + 1];
  }

  @Override
  public void close() {
    for (PackedMatrix matrix : packed) {
      matrix.close();
    }
  }
}
