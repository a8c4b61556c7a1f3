package brume.nn.text;

import static brume.autograd.function.attention.DotProductAttention.dotProductAttention;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.function.attention.Attention;
import brume.autograd.function.attention.AttentionMask;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Optional;

/** Attention of tokens to tokens with something added to the products, such as what hides the future. */
final class Heads {

  private static final double HIDDEN = -1e30; // no weight is left, and a row of it is no NaN

  private Heads() {}

  /**
   * Attention by heads side by side.
   *
   * @param q (N, L, heads·D)
   * @param k of the same shape
   * @param v of the same shape
   * @param heads their number
   * @param scale of the products
   * @param added (N or 1, heads or 1, L or 1, L) what is added to the products
   * @return of the same shape
   */
  static Variable attention(
      Variable q, Variable k, Variable v, int heads, double scale, Optional<Variable> added) {
    if (added.isEmpty()) {
      return Attention.attention(q, k, v, heads, scale);
    }
    Variable y = dotProductAttention(
        apart(q, heads), apart(k, heads), apart(v, heads), AttentionMask.added(added.get()), scale);
    return reshape(permute(y, 0, 2, 1, 3), q.shape());
  }

  /** (N, L, heads·D) to (N, heads, L, D). */
  private static Variable apart(Variable x, int heads) {
    Shape at = x.shape();
    Shape split = Shape.of(at.dim(0), at.dim(1), heads, at.dim(2) / heads);
    return permute(reshape(x, split), 0, 2, 1, 3);
  }

  /** What hides every later token: (1, 1, L, L). */
  static Variable causal(Device device, int length) {
    double[] added = new double[Shape.product(length, length)];
    for (int i = 0; i < added.length; i++) {
      added[i] = i % length <= i / length ? 0 : HIDDEN;
    }
    return Variable.constant(Tensor.of(device, Shape.of(1, 1, length, length), added));
  }

  /** What hides padding: (N, 1, 1, L). */
  static Variable padding(Device device, TokenRows rows) {
    double[] added = new double[rows.mask().length];
    for (int i = 0; i < added.length; i++) {
      added[i] = rows.mask()[i] == 0 ? HIDDEN : 0;
    }
    return Variable.constant(Tensor.of(device, Shape.of(rows.rows(), 1, 1, rows.length()), added));
  }
}
