package brume.nn.layer;

import static brume.autograd.function.attention.DotProductAttention.dotProductAttention;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.function.attention.Attention;
import brume.autograd.function.attention.AttentionMask;
import brume.tensor.Shape;
import java.util.Optional;

/** Attention over heads that lie side by side in the channels, with numbers added to the products or not. */
public final class Heads {

  private Heads() {}

  /**
   * Attention whose products are divided by √D.
   *
   * @param q (N, LQ, heads·D) queries
   * @param k (N, LK, heads·D) keys
   * @param v (N, LK, heads·D) values
   * @param heads their number
   * @param summands (N or 1, heads or 1, LQ or 1, LK) added to the products; empty for none
   * @return (N, LQ, heads·D)
   */
  public static Variable attend(
      Variable q, Variable k, Variable v, int heads, Optional<Variable> summands) {
    return attend(q, k, v, heads, 1 / Math.sqrt((double) q.shape().dim(2) / heads), summands);
  }

  /**
   * Attention whose products are multiplied by a number.
   *
   * @param q (N, LQ, heads·D) queries
   * @param k (N, LK, heads·D) keys
   * @param v (N, LK, heads·D) values
   * @param heads their number
   * @param scale of the products
   * @param summands (N or 1, heads or 1, LQ or 1, LK) added to the products; empty for none
   * @return (N, LQ, heads·D)
   */
  public static Variable attend(
      Variable q, Variable k, Variable v, int heads, double scale, Optional<Variable> summands) {
    if (summands.isEmpty()) {
      return Attention.attention(q, k, v, heads, scale);
    }
    Variable y = dotProductAttention(
        apart(q, heads),
        apart(k, heads),
        apart(v, heads),
        AttentionMask.added(summands.get()),
        scale);
    return reshape(permute(y, 0, 2, 1, 3), q.shape());
  }

  /** (N, L, heads·D) to (N, heads, L, D). */
  private static Variable apart(Variable x, int heads) {
    int n = x.shape().dim(0), length = x.shape().dim(1), each = x.shape().dim(2) / heads;
    return permute(reshape(x, Shape.of(n, length, heads, each)), 0, 2, 1, 3);
  }
}
