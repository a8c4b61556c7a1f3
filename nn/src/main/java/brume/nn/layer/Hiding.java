package brume.nn.layer;

import brume.autograd.Variable;
import brume.nn.Context;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;

/** What is added to the products of {@link Heads} so that keys are not seen. */
public enum Hiding {
  /** Keys are hidden as diffusers hides them: they are seen where nothing else is. */
  LOWERED(-10000),
  /** No weight is left; it is no infinity, of which a row of nothing else would make NaN. */
  GONE(-1e30);

  private final double summand;

  Hiding(double summand) {
    this.summand = summand;
  }

  /**
   * Hides from each token those behind it.
   *
   * @param device where the summands are needed
   * @param length L, of queries and keys
   * @return (1, 1, L, L) constant
   */
  public Variable causal(Device device, int length) {
    boolean[] shown = new boolean[Shape.product(length, length)];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = i % length <= i / length;
    }
    return summands(device, Shape.of(1, 1, length, length), shown);
  }

  /**
   * Hides keys from all queries of their sample.
   *
   * @param device where the summands are needed
   * @param samples N
   * @param shown (N·LK) whether a key is seen, row by row
   * @return (N, 1, 1, LK) constant
   */
  public Variable keys(Device device, int samples, boolean... shown) {
    return summands(device, Shape.of(samples, 1, 1, shown.length / samples), shown);
  }

  /**
   * Hides what a context hides.
   *
   * @param context whose tokens come first among the keys
   * @param others keys behind them, which are all seen
   * @return (N, 1, 1, L + others) constant; empty if all tokens are seen
   */
  public Optional<Variable> tokens(Context context, int others) {
    return context.shown().map(shown -> {
      int samples = context.tokens().shape().dim(0), tokens = shown.length / samples;
      int keys = tokens + others;
      return summands(
          context.tokens().value().device(),
          Shape.of(samples, 1, 1, keys),
          i -> i % keys >= tokens || shown[i / keys * tokens + i % keys]);
    });
  }

  private Variable summands(Device device, Shape shape, boolean... shown) {
    return summands(device, shape, i -> shown[i]);
  }

  private Variable summands(Device device, Shape shape, IntPredicate isShown) {
    return Variable.constant(Tensor.renewed(device, shape, () -> {
      double[] summands = new double[shape.size()];
      Arrays.setAll(summands, i -> isShown.test(i) ? 0 : summand);
      return summands;
    }));
  }
}
