package brume.autograd.function.attention;

import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.shape.Permute.transpose;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.function.shape.Concatenate;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import java.util.Arrays;

/**
 * Scaled dot-product attention with a mask m, of heads that are axes of their own. {@link Attention} is
 * the faster one without mask, of heads that lie side by side in the channels.
 *
 * <pre>
 *   p = softmax(s·q·kᵀ + m)
 *   y = p·v
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., Attention Is All You Need (2017),
 *     §3.2</a>
 */
public final class DotProductAttention {

  private DotProductAttention() {}

  /**
   * Attention of queries to the keys that a mask shows.
   *
   * @param q (..., LQ, D) queries
   * @param k (..., LK, D) keys
   * @param v (..., LK, DV) values
   * @param mask which keys are seen
   * @param scale s, 1/√D as a rule
   * @return (..., LQ, DV)
   * @throws ShapeException if the three do not fit together
   */
  public static Variable dotProductAttention(
      Variable q, Variable k, Variable v, AttentionMask mask, double scale) {
    requireFitting(q.shape(), k.shape(), v.shape());
    int lq = q.shape().dim(-2), lk = k.shape().dim(-2);
    Variable products = matmul(matrices(scale(q, scale)), transpose(matrices(k), 1, 2));
    Variable scores = reshape(products, q.shape().with(-1, lk));
    Variable p = mask.weights(softmax(mask.scores(scores)));
    Variable y = matmul(matrices(p), matrices(v));
    return reshape(y, v.shape().with(-2, lq));
  }

  /** (..., L, D) to (B, L, D). */
  private static Variable matrices(Variable x) {
    int l = x.shape().dim(-2), d = x.shape().dim(-1);
    int batch = Concatenate.rows(x.shape(), x.shape().rank() - 2);
    return reshape(x, Shape.of(batch, l, d));
  }

  private static void requireFitting(Shape q, Shape k, Shape v) {
    boolean fits = q.rank() >= 2 && q.rank() == k.rank() && q.rank() == v.rank();
    int batch = q.rank() - 2;
    int[] ofQ = q.toArray(), ofK = k.toArray(), ofV = v.toArray();
    fits = fits
        && Arrays.equals(ofQ, 0, batch, ofK, 0, batch)
        && Arrays.equals(ofQ, 0, batch, ofV, 0, batch)
        && q.dim(-1) == k.dim(-1)
        && k.dim(-2) == v.dim(-2);
    ShapeException.unless(
        fits,
        "dotProductAttention: expected q (..., LQ, D), k (..., LK, D) and v (..., LK, DV), got q %s,"
            + " k %s and v %s",
        q,
        k,
        v);
  }
}
