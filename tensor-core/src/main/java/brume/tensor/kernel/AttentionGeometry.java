package brume.tensor.kernel;

import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * The sizes of attention over heads, and where queries, keys and values lie. Head j of position l of
 * sample n starts at element {@code (n·L + l)·row + at + j·D} of its tensor, with DV in place of D for
 * values; all three may be parts of one wide tensor.
 *
 * @param n samples
 * @param heads number of heads
 * @param d D, channels per head of the queries and keys
 * @param dv DV, channels per head of the values
 * @param lq positions of the queries
 * @param lk positions of the keys and values
 * @param q where the queries lie
 * @param k where the keys lie
 * @param v where the values lie
 */
public record AttentionGeometry(
    int n, int heads, int d, int dv, int lq, int lk, Columns q, Columns k, Columns v) {

  /**
   * A range of columns of a tensor (N, L, row).
   *
   * @param at first column
   * @param row all columns
   */
  public record Columns(int at, int row) {}

  /**
   * Queries, keys and values side by side in one tensor.
   *
   * @param qkv (N, ..., 3·heads·D), queries first, then keys, then values
   * @param heads number of heads
   * @return the sizes
   * @throws ShapeException if the channels are not a multiple of three times the heads
   */
  public static AttentionGeometry packed(Shape qkv, int heads) {
    ShapeException.unless(
        qkv.rank() >= 2 && heads > 0 && qkv.dim(-1) % (3 * heads) == 0,
        "attention: expected qkv of shape (N, ..., 3·heads·D) with heads = %d, got %s",
        heads,
        qkv);
    int row = qkv.dim(-1), inner = row / 3;
    int n = qkv.dim(0), l = positions(qkv);
    return new AttentionGeometry(
        n,
        heads,
        inner / heads,
        inner / heads,
        l,
        l,
        new Columns(0, row),
        new Columns(inner, row),
        new Columns(2 * inner, row));
  }

  /**
   * Queries, keys and values in tensors of their own.
   *
   * @param q (N, ..., heads·D) queries
   * @param k (N, ..., heads·D) keys
   * @param v (N, ..., heads·DV) values, as many as keys
   * @param heads number of heads
   * @return the sizes
   * @throws ShapeException if they do not fit together
   */
  public static AttentionGeometry separate(Shape q, Shape k, Shape v, int heads) {
    ShapeException.unless(
        q.rank() >= 2 && heads > 0 && q.dim(-1) % heads == 0,
        "attention: expected q of shape (N, ..., heads·D) with heads = %d, got %s",
        heads,
        q);
    ShapeException.unless(
        k.rank() >= 2 && k.dim(0) == q.dim(0) && k.dim(-1) == q.dim(-1),
        "attention: expected k of shape (N, ..., heads·D) with N and channels of q %s, got %s",
        q,
        k);
    ShapeException.unless(
        v.rank() == k.rank() && v.with(-1, k.dim(-1)).equals(k) && v.dim(-1) % heads == 0,
        "attention: expected v of the shape of k %s but for its channels, heads·DV with heads = %d, got %s",
        k,
        heads,
        v);
    int row = q.dim(-1), rowV = v.dim(-1);
    Columns all = new Columns(0, row), allV = new Columns(0, rowV);
    return new AttentionGeometry(
        q.dim(0), heads, row / heads, rowV / heads, positions(q), positions(k), all, all, allV);
  }

  /**
   * Channels of all heads of the queries, and of the keys.
   *
   * @return heads·D
   */
  public int inner() {
    return heads * d;
  }

  /**
   * Channels of all heads of the values, and of the result.
   *
   * @return heads·DV
   */
  public int innerV() {
    return heads * dv;
  }

  private static int positions(Shape x) {
    int p = 1;
    for (int axis = 1; axis < x.rank() - 1; axis++) {
      p *= x.dim(axis);
    }
    return p;
  }
}
