package brume.nn;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.tensor.ShapeException;

/**
 * What a denoiser is asked.
 *
 * @param xt (N, ..., C) data with noise
 * @param times (N) when, as the network is told; not to be changed
 * @param condition what is known besides
 * @param pass whether this is training
 */
@SuppressWarnings("ArrayRecordComponent") // queries are asked, never compared
public record Query(Variable xt, double[] times, Condition condition, Pass pass) {

  /** Refuses another number of times than of samples. {@inheritDoc} */
  public Query {
    ShapeException.unless(
        times.length == xt.shape().dim(0),
        "query: expected one time for each of the samples of x %s, got %d",
        xt.shape(),
        times.length);
  }

  /**
   * A query about which nothing is known besides.
   *
   * @param xt (N, ..., C) data with noise
   * @param times (N) when
   * @param pass whether this is training
   * @return the query
   */
  public static Query of(Variable xt, double[] times, Pass pass) {
    return new Query(xt, times, Condition.none(), pass);
  }

  /**
   * The same query at other times.
   *
   * @param others (N) when
   * @return the query
   */
  public Query withTimes(double... others) {
    return new Query(xt, others, condition, pass);
  }

  /**
   * The same query with something else known.
   *
   * @param other what is known besides
   * @return the query
   */
  public Query withCondition(Condition other) {
    return new Query(xt, times, other, pass);
  }

  /**
   * What a self-conditioned network sees: an earlier estimate of the data and, behind its channels,
   * the data with noise. Where there is no estimate yet, it is zero.
   *
   * @return (N, ..., 2C)
   * @throws ShapeException if the estimate does not have the shape of the data
   */
  public Variable withFormer() {
    Variable former = condition.former().orElseGet(() -> scale(Variable.constant(xt.value()), 0));
    ShapeException.unless(
        former.shape().equals(xt.shape()),
        "query: expected a former estimate of the shape of x %s, got %s",
        xt.shape(),
        former.shape());
    return concatenate(former, xt);
  }
}
