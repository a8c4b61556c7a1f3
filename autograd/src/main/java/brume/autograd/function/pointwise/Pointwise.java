package brume.autograd.function.pointwise;

import static brume.tensor.kernel.UnaryFunction.ABS;
import static brume.tensor.kernel.UnaryFunction.COS;
import static brume.tensor.kernel.UnaryFunction.ERF;
import static brume.tensor.kernel.UnaryFunction.EXP;
import static brume.tensor.kernel.UnaryFunction.EXPM1;
import static brume.tensor.kernel.UnaryFunction.GELU;
import static brume.tensor.kernel.UnaryFunction.GELU_TANH;
import static brume.tensor.kernel.UnaryFunction.HUBER;
import static brume.tensor.kernel.UnaryFunction.LEAKY_RELU;
import static brume.tensor.kernel.UnaryFunction.LOG;
import static brume.tensor.kernel.UnaryFunction.LOG1P;
import static brume.tensor.kernel.UnaryFunction.QUICK_GELU;
import static brume.tensor.kernel.UnaryFunction.RECIPROCAL;
import static brume.tensor.kernel.UnaryFunction.RELU;
import static brume.tensor.kernel.UnaryFunction.RSQRT;
import static brume.tensor.kernel.UnaryFunction.SIGMOID;
import static brume.tensor.kernel.UnaryFunction.SILU;
import static brume.tensor.kernel.UnaryFunction.SIN;
import static brume.tensor.kernel.UnaryFunction.SOFTPLUS;
import static brume.tensor.kernel.UnaryFunction.SQRT;
import static brume.tensor.kernel.UnaryFunction.SQUARE;
import static brume.tensor.kernel.UnaryFunction.TANH;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.UnaryFunction;
import java.util.Locale;

/**
 * A function of one number, applied to every element, with one static method for each. Formulas name
 * one element x, its value y, and their gradients dx and dy.
 *
 * <pre>
 *   y  = f(x)
 *   dx = dy·f'(x)
 * </pre>
 *
 * @param f which function
 * @param p its parameter, if it has one
 * @param x saved input, of any shape
 */
public record Pointwise(UnaryFunction f, double p, Tensor x) implements Differentiable {

  /**
   * Rectified linear unit.
   *
   * <pre>
   *   y  = max(x, 0)
   *   dx = dy where x &gt; 0, else 0
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable relu(Variable x) {
    return of(RELU, 0, x);
  }

  /**
   * Rectified linear unit that lets a little through below zero.
   *
   * <pre>
   *   y  = x where x &gt; 0, else p·x
   *   dx = dy where x &gt; 0, else p·dy
   * </pre>
   *
   * @param x of any shape
   * @param p slope below zero
   * @return of the shape of {@code x}
   */
  public static Variable leakyRelu(Variable x, double p) {
    return of(LEAKY_RELU, p, x);
  }

  /**
   * Smooth rectifier.
   *
   * <pre>
   *   y  = log(1 + eˣ)
   *   dx = dy·σ                       σ = 1/(1 + e⁻ˣ)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable softplus(Variable x) {
    return of(SOFTPLUS, 0, x);
  }

  /**
   * Sigmoid linear unit, also known as swish.
   *
   * <pre>
   *   y  = x·σ                        σ = 1/(1 + e⁻ˣ)
   *   dx = dy·σ·(1 + x·(1 − σ))
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear
   *     Units (2016)</a>
   */
  public static Variable silu(Variable x) {
    return of(SILU, 0, x);
  }

  /**
   * Gaussian error linear unit, the exact form.
   *
   * <pre>
   *   y  = x·Φ                        Φ = (1 + erf(x/√2))/2
   *   dx = dy·(Φ + x·φ)               φ = e^(−x²/2)/√(2π)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear
   *     Units (2016)</a>
   */
  public static Variable gelu(Variable x) {
    return of(GELU, 0, x);
  }

  /**
   * Gaussian error linear unit by way of a hyperbolic tangent, which is close to {@link #gelu}.
   *
   * <pre>
   *   y  = x·(1 + t)/2                t = tanh u,  u = √(2/π)·(x + 0.044715·x³)
   *   dx = dy·((1 + t)/2 + x·(1 − t²)·u'/2)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear
   *     Units (2016)</a>
   */
  public static Variable geluTanh(Variable x) {
    return of(GELU_TANH, 0, x);
  }

  /**
   * Gaussian error linear unit by way of a sigmoid, which is near {@link #gelu}.
   *
   * <pre>
   *   y  = x·s                        s = σ(1.702·x)
   *   dx = dy·s·(1 + 1.702·x·(1 − s))
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear
   *     Units (2016)</a>
   */
  public static Variable quickGelu(Variable x) {
    return of(QUICK_GELU, 0, x);
  }

  /**
   * Logistic function.
   *
   * <pre>
   *   y  = σ                          σ = 1/(1 + e⁻ˣ)
   *   dx = dy·σ·(1 − σ)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable sigmoid(Variable x) {
    return of(SIGMOID, 0, x);
  }

  /**
   * Hyperbolic tangent.
   *
   * <pre>
   *   y  = tanh x
   *   dx = dy·(1 − tanh² x)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable tanh(Variable x) {
    return of(TANH, 0, x);
  }

  /**
   * Error function.
   *
   * <pre>
   *   y  = 2/√π·∫ e^(−t²) dt            from 0 to x
   *   dx = dy·2/√π·e^(−x²)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable erf(Variable x) {
    return of(ERF, 0, x);
  }

  /**
   * Sine.
   *
   * <pre>
   *   y  = sin x
   *   dx = dy·cos x
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable sin(Variable x) {
    return of(SIN, 0, x);
  }

  /**
   * Cosine.
   *
   * <pre>
   *   y  = cos x
   *   dx = −dy·sin x
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable cos(Variable x) {
    return of(COS, 0, x);
  }

  /**
   * Exponential.
   *
   * <pre>
   *   y  = eˣ
   *   dx = dy·eˣ
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable exp(Variable x) {
    return of(EXP, 0, x);
  }

  /**
   * Exponential less one, exact near zero.
   *
   * <pre>
   *   y  = eˣ − 1
   *   dx = dy·eˣ
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable expm1(Variable x) {
    return of(EXPM1, 0, x);
  }

  /**
   * Natural logarithm.
   *
   * <pre>
   *   y  = log x
   *   dx = dy/x
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable log(Variable x) {
    return of(LOG, 0, x);
  }

  /**
   * Natural logarithm of one more, exact near zero.
   *
   * <pre>
   *   y  = log(1 + x)
   *   dx = dy/(1 + x)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable log1p(Variable x) {
    return of(LOG1P, 0, x);
  }

  /**
   * Square.
   *
   * <pre>
   *   y  = x²
   *   dx = 2·x·dy
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable square(Variable x) {
    return of(SQUARE, 0, x);
  }

  /**
   * Square root.
   *
   * <pre>
   *   y  = √x
   *   dx = dy/(2·√x)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable sqrt(Variable x) {
    return of(SQRT, 0, x);
  }

  /**
   * One over the square root.
   *
   * <pre>
   *   y  = 1/√x
   *   dx = −dy/(2·x·√x)
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable rsqrt(Variable x) {
    return of(RSQRT, 0, x);
  }

  /**
   * One over a number.
   *
   * <pre>
   *   y  = 1/x
   *   dx = −dy/x²
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable reciprocal(Variable x) {
    return of(RECIPROCAL, 0, x);
  }

  /**
   * Absolute value.
   *
   * <pre>
   *   y  = |x|
   *   dx = dy·sign x                   0 where x is 0
   * </pre>
   *
   * @param x of any shape
   * @return of the shape of {@code x}
   */
  public static Variable abs(Variable x) {
    return of(ABS, 0, x);
  }

  /**
   * Huber's function of an error: a parabola near zero, a straight line beyond. The Huber loss of a
   * prediction is {@code mean(huber(subtract(x, target), 1))}, the smooth L1 loss with parameter β is
   * {@code scale} of that with {@code huber(..., β)} and 1/β.
   *
   * <pre>
   *   y  = x²/2 where |x| ≤ p, else p·(|x| − p/2)
   *   dx = dy·min(max(x, −p), p)
   * </pre>
   *
   * @param x of any shape
   * @param p error where the line begins, above 0
   * @return of the shape of {@code x}
   * @see <a href="https://doi.org/10.1214/aoms/1177703732">Huber, Robust Estimation of a Location
   *     Parameter (1964)</a>
   */
  public static Variable huber(Variable x, double p) {
    return of(HUBER, p, x);
  }

  private static Variable of(UnaryFunction f, double p, Variable x) {
    Tensor y = x.value().like();
    ActivationKernels.of(y).apply(f, p, x.value(), y);
    return Variable.of(y, new Pointwise(f, p, x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    Tensor dx = x.like();
    ActivationKernels.of(x).applyGrad(f, p, x, dy, dx);
    grads.put(0, dx);
  }

  /** With the function's own name, such as {@code Pointwise.silu}. */
  @Override
  public String name() {
    String[] words = f.name().toLowerCase(Locale.ROOT).split("_", 0);
    StringBuilder name = new StringBuilder("Pointwise.").append(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return name.toString();
  }
}
