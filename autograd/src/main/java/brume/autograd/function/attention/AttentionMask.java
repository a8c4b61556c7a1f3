package brume.autograd.function.attention;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.MaskedFill.constant;
import static brume.autograd.function.pointwise.Where.where;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Tensor;

/** Which keys a query of {@link DotProductAttention} sees, and how well. */
public interface AttentionMask {

  /**
   * Changes the products of queries and keys before the softmax.
   *
   * @param scores (..., LQ, LK)
   * @return of the same shape
   */
  Variable scores(Variable scores);

  /**
   * Changes the weights after the softmax.
   *
   * @param weights (..., LQ, LK)
   * @return of the same shape
   */
  Variable weights(Variable weights);

  /**
   * Every query sees every key.
   *
   * @return the mask that changes nothing
   */
  static AttentionMask none() {
    return new AttentionMask() {
      @Override
      public Variable scores(Variable scores) {
        return scores;
      }

      @Override
      public Variable weights(Variable weights) {
        return weights;
      }
    };
  }

  /**
   * Adds a number to every product: a bias by position, for example, with a gradient if it requires one.
   *
   * @param summands (..., LQ, LK); axes of size one are repeated
   * @return the mask
   */
  static AttentionMask added(Variable summands) {
    return new AttentionMask() {
      @Override
      public Variable scores(Variable scores) {
        return add(scores, summands);
      }

      @Override
      public Variable weights(Variable weights) {
        return weights;
      }
    };
  }

  /**
   * Shows some keys and hides the others. A query that sees none receives 0.
   *
   * @param shown (..., LQ, LK) constant, not 0 for keys that are seen; axes of size one are repeated
   * @return the mask
   */
  static AttentionMask shown(Variable shown) {
    return new AttentionMask() {
      @Override
      public Variable scores(Variable scores) {
        // Below all scores, but not −∞, of which a row of nothing else would make NaN.
        return where(shown, scores, constant(scores, -1e30));
      }

      @Override
      public Variable weights(Variable weights) {
        return where(shown, weights, constant(weights, 0));
      }
    };
  }

  /**
   * Query i sees keys 0 to i, also where there are more or fewer keys than queries.
   *
   * @return the mask
   */
  static AttentionMask causal() {
    return new AttentionMask() {
      @Override
      public Variable scores(Variable scores) {
        return shown(past(scores)).scores(scores);
      }

      @Override
      public Variable weights(Variable weights) {
        return weights;
      }
    };
  }

  private static Variable past(Variable scores) {
    int queries = scores.shape().dim(-2), keys = scores.shape().dim(-1);
    float[] shown = new float[queries * keys];
    for (int k = 0; k < shown.length; k++) {
      shown[k] = k % keys <= k / keys ? 1 : 0;
    }
    return Variable.constant(Tensor.of(scores.value().device(), Shape.of(queries, keys), shown));
  }
}
