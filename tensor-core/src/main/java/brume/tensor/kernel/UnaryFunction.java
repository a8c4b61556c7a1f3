package brume.tensor.kernel;

import static brume.tensor.kernel.ErrorFunction.erf;

import java.util.function.DoubleBinaryOperator;

/**
 * Functions of one number x, each with its derivative. Some have a parameter p, which the others
 * ignore.
 */
public enum UnaryFunction {
  /** Sigmoid linear unit: x·σ(x). */
  SILU((x, p) -> x * sigmoid(x), (x, p) -> sigmoid(x) * (1 + x * sigmoid(-x))),

  /** Gaussian error linear unit, the exact form: x·Φ(x),  Φ(x) = (1 + erf(x/√2))/2. */
  GELU((x, p) -> x * normalBelow(x), (x, p) -> normalBelow(x) + x * normalDensity(x)),

  /** Gaussian error linear unit by a hyperbolic tangent: x·(1 + tanh u)/2,  u = √(2/π)·(x + c·x³). */
  GELU_TANH((x, p) -> x * (1 + Math.tanh(bend(x))) / 2, (x, p) -> geluTanhSlope(x)),

  /** Gaussian error linear unit by a sigmoid: x·σ(1.702·x); Hendrycks and Gimpel (2016), section 2. */
  QUICK_GELU(
      (x, p) -> x * sigmoid(1.702 * x),
      (x, p) -> sigmoid(1.702 * x) * (1 + 1.702 * x * sigmoid(-1.702 * x))),

  /** Rectified linear unit: max(x, 0), of slope 0 at 0. */
  RELU((x, p) -> Math.max(x, 0), (x, p) -> x > 0 ? 1 : 0),

  /** Rectified linear unit that leaks: x if x &gt; 0, else p·x. */
  LEAKY_RELU((x, p) -> x > 0 ? x : p * x, (x, p) -> x > 0 ? 1 : p),

  /** Smooth rectifier: log(1 + eˣ). */
  SOFTPLUS((x, p) -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), (x, p) -> sigmoid(x)),

  /** Logistic function: σ(x) = 1/(1 + e⁻ˣ). */
  SIGMOID((x, p) -> sigmoid(x), (x, p) -> sigmoid(x) * sigmoid(-x)),

  /** Hyperbolic tangent. */
  TANH((x, p) -> Math.tanh(x), (x, p) -> 1 / (Math.cosh(x) * Math.cosh(x))),

  /** Sine. */
  SIN((x, p) -> Math.sin(x), (x, p) -> Math.cos(x)),

  /** Cosine. */
  COS((x, p) -> Math.cos(x), (x, p) -> -Math.sin(x)),

  /** Exponential: eˣ. */
  EXP((x, p) -> Math.exp(x), (x, p) -> Math.exp(x)),

  /** Exponential less one, exact near 0: eˣ − 1. */
  EXPM1((x, p) -> Math.expm1(x), (x, p) -> Math.exp(x)),

  /** Natural logarithm. */
  LOG((x, p) -> Math.log(x), (x, p) -> 1 / x),

  /** Natural logarithm of one more, exact near 0: log(1 + x). */
  LOG1P((x, p) -> Math.log1p(x), (x, p) -> 1 / (1 + x)),

  /** Square root. */
  SQRT((x, p) -> Math.sqrt(x), (x, p) -> 0.5 / Math.sqrt(x)),

  /** One over the square root: 1/√x. */
  RSQRT((x, p) -> 1 / Math.sqrt(x), (x, p) -> -0.5 / (x * Math.sqrt(x))),

  /** Square: x². */
  SQUARE((x, p) -> x * x, (x, p) -> 2 * x),

  /** One over: 1/x. */
  RECIPROCAL((x, p) -> 1 / x, (x, p) -> -1 / (x * x)),

  /** Absolute value, of slope 0 at 0. */
  ABS((x, p) -> Math.abs(x), (x, p) -> Math.signum(x)),

  /** Error function: 2/√π·∫ e^(−t²) dt from 0 to x. */
  ERF((x, p) -> erf(x), (x, p) -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x)),

  /** Huber's: x²/2 up to |x| = p, then the straight line p·(|x| − p/2). */
  HUBER(
      (x, p) -> Math.abs(x) <= p ? x * x / 2 : p * (Math.abs(x) - p / 2),
      (x, p) -> Math.max(-p, Math.min(x, p)));

  private static final double CUBIC = 0.044715; // c of Hendrycks and Gimpel (2016), section 2

  private final DoubleBinaryOperator value;
  private final DoubleBinaryOperator slope;

  UnaryFunction(DoubleBinaryOperator value, DoubleBinaryOperator slope) {
    this.value = value;
    this.slope = slope;
  }

  /**
   * The function itself.
   *
   * @param x where
   * @param p its parameter, if it has one
   * @return f(x)
   */
  public double value(double x, double p) {
    return value.applyAsDouble(x, p);
  }

  /**
   * How fast it grows at a place.
   *
   * @param x where
   * @param p its parameter, if it has one
   * @return f'(x)
   */
  public double slope(double x, double p) {
    return slope.applyAsDouble(x, p);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Φ, the probability that a standard normal number lies below x. */
  private static double normalBelow(double x) {
    return (1 + erf(x / Math.sqrt(2))) / 2;
  }

  /** φ, the density of the standard normal distribution. */
  private static double normalDensity(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  private static double bend(double x) {
    return Math.sqrt(2 / Math.PI) * (x + CUBIC * x * x * x);
  }

  /** (1 + t)/2 + x/2·(1 − t²)·u',  t = tanh u. */
  private static double geluTanhSlope(double x) {
    double t = Math.tanh(bend(x));
    double du = Math.sqrt(2 / Math.PI) * (1 + 3 * CUBIC * x * x);
    return (1 + t) / 2 + x / 2 * (1 - t * t) * du;
  }
}
