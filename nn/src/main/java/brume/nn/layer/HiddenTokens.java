package brume.nn.layer;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.DotProductAttention.dotProductAttention;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.function.attention.AttentionMask;
import brume.nn.Context;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Optional;

/**
 * Attention to tokens of which some are hidden, as diffusers hides them: their products are lowered by
 * 10000, so that they are seen where nothing else is.
 */
public final class HiddenTokens {

  private static final double LOWERED = -10000;

  private HiddenTokens() {}

  /**
   * What is added to the products of queries and keys.
   *
   * @param context whose tokens come first among the keys
   * @param others keys behind them, which are all shown
   * @return (N, 1, 1, L + others) constant; empty if all tokens are shown
   */
  public static Optional<Variable> summands(Context context, int others) {
    return context.shown().map(shown -> {
      int samples = context.tokens().shape().dim(0), tokens = shown.length / samples;
      int keys = tokens + others;
      double[] summands = new double[samples * keys];
      for (int i = 0; i < shown.length; i++) {
        summands[i / tokens * keys + i % tokens] = shown[i] ? 0 : LOWERED;
      }
      return Variable.constant(
          Tensor.of(context.tokens().value().device(), Shape.of(samples, 1, 1, keys), summands));
    });
  }

  /**
   * Attention over heads that lie side by side in the channels.
   *
   * @param q (N, LQ, heads·D) queries
   * @param k (N, LK, heads·D) keys
   * @param v (N, LK, heads·D) values
   * @param heads number of heads
   * @param summands (N, 1, 1, LK) or (1, 1, LQ, LK), added to the products; empty for none
   * @return (N, LQ, heads·D)
   */
  public static Variable attend(
      Variable q, Variable k, Variable v, int heads, Optional<Variable> summands) {
    double scale = 1 / Math.sqrt((double) q.shape().dim(2) / heads);
    if (summands.isEmpty()) {
      return attention(q, k, v, heads, scale);
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
