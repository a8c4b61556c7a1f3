package brume.tensor.kernel;

import java.util.function.DoubleBinaryOperator;

/** Functions of two numbers a and b, each with its two derivatives. */
public enum BinaryFunction {
  /** Sum: a + b. */
  ADD((a, b) -> a + b, (a, b) -> 1, (a, b) -> 1),

  /** Difference: a − b. */
  SUBTRACT((a, b) -> a - b, (a, b) -> 1, (a, b) -> -1),

  /** Product: a·b. */
  MULTIPLY((a, b) -> a * b, (a, b) -> b, (a, b) -> a),

  /** Quotient: a/b. */
  DIVIDE((a, b) -> a / b, (a, b) -> 1 / b, (a, b) -> -(a / b) / b),

  /**
   * Power: a to the b, as IEEE 754 and PyTorch have it. Derivatives b·a^(b − 1) and a^b·log a, and 0
   * instead where b is 0 or where a is 0 and b is not negative.
   */
  POWER(
      (a, b) -> power(a, b),
      (a, b) -> b == 0 ? 0 : b * power(a, b - 1),
      (a, b) -> a == 0 && b >= 0 ? 0 : power(a, b) * Math.log(a)),

  /** The larger one. Where both are equal each has half of the slope. */
  MAXIMUM((a, b) -> Math.max(a, b), (a, b) -> share(a, b), (a, b) -> share(b, a)),

  /** The smaller one. Where both are equal each has half of the slope. */
  MINIMUM((a, b) -> Math.min(a, b), (a, b) -> share(b, a), (a, b) -> share(a, b)),

  /** b where the mask a is not 0, elsewhere 0. */
  WHERE((a, b) -> a != 0 ? b : 0, (a, b) -> 0, (a, b) -> a != 0 ? 1 : 0),

  /** b where the mask a is 0, elsewhere 0. */
  UNLESS((a, b) -> a != 0 ? 0 : b, (a, b) -> 0, (a, b) -> a != 0 ? 0 : 1),

  /**
   * Cross entropy of a yes or no: −b·log σ(a) − (1 − b)·log(1 − σ(a)), a being the logit of yes and b
   * its true probability. Computed as (1 − b)·a + log(1 + e⁻ᵃ), which does not overflow.
   */
  BINARY_CROSS_ENTROPY(
      (a, b) -> (1 - b) * a + Math.max(-a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
      (a, b) -> 1 / (1 + Math.exp(-a)) - b,
      (a, b) -> -a);

  private final DoubleBinaryOperator value;
  private final DoubleBinaryOperator slopeA;
  private final DoubleBinaryOperator slopeB;

  BinaryFunction(
      DoubleBinaryOperator value, DoubleBinaryOperator slopeA, DoubleBinaryOperator slopeB) {
    this.value = value;
    this.slopeA = slopeA;
    this.slopeB = slopeB;
  }

  /**
   * The function itself.
   *
   * @param a first number
   * @param b second number
   * @return f(a, b)
   */
  public double value(double a, double b) {
    return value.applyAsDouble(a, b);
  }

  /**
   * Its derivative with respect to the first number.
   *
   * @param a first number
   * @param b second number
   * @return ∂f/∂a
   */
  public double slopeA(double a, double b) {
    return slopeA.applyAsDouble(a, b);
  }

  /**
   * Its derivative with respect to the second number.
   *
   * @param a first number
   * @param b second number
   * @return ∂f/∂b
   */
  public double slopeB(double a, double b) {
    return slopeB.applyAsDouble(a, b);
  }

  /**
   * Java's power, but for the three cases where it is NaN and IEEE 754 (§9.2.1) says 1: 1 to whatever,
   * NaN too, and −1 to ±∞.
   */
  private static double power(double a, double b) {
    return a == 1 || a == -1 && Double.isInfinite(b) ? 1 : Math.pow(a, b);
  }

  /** What the first of two numbers contributes to the larger one. */
  private static double share(double mine, double other) {
    return mine > other ? 1 : mine == other ? 0.5 : 0;
  }
}
