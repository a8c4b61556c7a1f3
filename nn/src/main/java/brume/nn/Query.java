package brume.nn;

import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What a denoiser is asked.
 *
 * @param xt (N, ..., C) data with noise
 * @param times (N) when, as the network is told; not to be changed
 * @param condition what is known besides
 * @param pass whether this is training
 * @param learnedTimes (N) the same times, if they depend on parameters that want a gradient
 * @param renewedTimes the times at the moment of asking: others than at first where a recorded network is
 *     asked again
 */
@SuppressWarnings("ArrayRecordComponent") // queries are asked, never compared
public record Query(
    Variable xt,
    double[] times,
    Condition condition,
    Pass pass,
    Optional<Variable> learnedTimes,
    Supplier<double[]> renewedTimes) {

  /**
   * A query at times that are given.
   *
   * @param xt (N, ..., C) data with noise
   * @param times (N) when, as the network is told; not to be changed
   * @param condition what is known besides
   * @param pass whether this is training
   */
  public Query(Variable xt, double[] times, Condition condition, Pass pass) {
    this(xt, times, condition, pass, Optional.empty(), () -> times);
  }

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
   * A query at times that are others when recorded work is repeated.
   *
   * @param xt (N, ..., C) data with noise
   * @param times asks for the (N) times of now
   * @param pass whether this is training
   * @return the query
   */
  public static Query renewed(Variable xt, Supplier<double[]> times, Pass pass) {
    return new Query(xt, times.get(), Condition.none(), pass, Optional.empty(), times);
  }

  /**
   * A query at times that depend on parameters.
   *
   * @param xt (N, ..., C) data with noise
   * @param times (N) when
   * @param pass whether this is training
   * @return the query
   */
  public static Query ofLearned(Variable xt, Variable times, Pass pass) {
    double[] numbers = times.value().toDoubles();
    return new Query(xt, numbers, Condition.none(), pass, Optional.of(times), () -> numbers);
  }

  /**
   * The same query at other times, to which no gradient leads.
   *
   * @param others (N) when
   * @return the query; this one if they are the same
   */
  public Query withTimes(double... others) {
    return Arrays.equals(times, others) ? this : new Query(xt, others, condition, pass);
  }

  /**
   * The same query at the times of another clock, to which no gradient leads.
   *
   * @param clock from these times to the others
   * @return the query; this one if times that depend on parameters stay the same
   */
  public Query withClock(DoubleUnaryOperator clock) {
    double[] others = told(clock, times);
    return learnedTimes.isPresent() && Arrays.equals(times, others)
        ? this
        : new Query(
            xt, others, condition, pass, Optional.empty(), () -> told(clock, renewedTimes.get()));
  }

  private static double[] told(DoubleUnaryOperator clock, double[] times) {
    return Arrays.stream(times).map(clock).toArray();
  }

  /**
   * The same query at times that are longer by a factor.
   *
   * @param factor what they are multiplied by
   * @return the query
   */
  public Query withTimesScaled(double factor) {
    return new Query(
        xt,
        scaled(times, factor),
        condition,
        pass,
        learnedTimes.map(t -> scale(t, factor)),
        () -> scaled(renewedTimes.get(), factor));
  }

  private static double[] scaled(double[] times, double factor) {
    return Arrays.stream(times).map(t -> t * factor).toArray();
  }

  /**
   * Numbers that a network makes of the times, and makes anew where it was recorded and is asked again.
   *
   * @param device of the result
   * @param shape of the result
   * @param made of times (N)
   * @return constant
   */
  public Variable ofTimes(Device device, Shape shape, UnaryOperator<double[]> made) {
    return Variable.constant(Tensor.renewed(device, shape, () -> made.apply(renewedTimes.get())));
  }

  /**
   * The same query of data, and of what is known of them, in another arrangement.
   *
   * @param arrangement of both
   * @return the query
   */
  public Query map(UnaryOperator<Variable> arrangement) {
    return new Query(
        arrangement.apply(xt), times, condition.map(arrangement), pass, learnedTimes, renewedTimes);
  }

  /**
   * The same query with something else known.
   *
   * @param other what is known besides
   * @return the query
   */
  public Query withCondition(Condition other) {
    return new Query(xt, times, other, pass, learnedTimes, renewedTimes);
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
