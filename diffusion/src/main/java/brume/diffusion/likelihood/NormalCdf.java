package brume.diffusion.likelihood;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Tensor;

/**
 * The distribution function of the standard normal, in the approximation that the image likelihoods
 * of the field are computed with.
 *
 * <pre>
 *   y  = ½·(1 + tanh u),   u = √(2/π)·(x + 0.044715·x³)
 *   dx = dy·½·(1 − tanh² u)·√(2/π)·(1 + 3·0.044715·x²)
 * </pre>
 *
 * @param x saved input
 * @see <a href="https://doi.org/10.2307/2346872">Page, Approximations to the Cumulative Normal
 *     Function and its Inverse for Use on a Pocket Calculator (1977)</a>
 */
public record NormalCdf(Tensor x) implements Differentiable {

  private static final double SCALE = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  /**
   * Probability of a standard normal number below x.
   *
   * @param x limits
   * @return the probability of every element
   */
  public static Variable normalCdf(Variable x) {
    double[] y = x.value().toDoubles();
    for (int i = 0; i < y.length; i++) {
      y[i] = of(y[i]);
    }
    return Variable.of(Tensor.of(x.value().device(), x.shape(), y), new NormalCdf(x.value()), x);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    double[] xs = x.toDoubles(), dx = dy.toDoubles();
    for (int i = 0; i < dx.length; i++) {
      dx[i] *= density(xs[i]);
    }
    grads.put(0, () -> Tensor.of(dy.device(), dy.shape(), dx));
  }

  static double of(double x) {
    return (1 + Math.tanh(SCALE * (x + CUBIC * x * x * x))) / 2;
  }

  static double density(double x) {
    double tanh = Math.tanh(SCALE * (x + CUBIC * x * x * x));
    return (1 - tanh * tanh) / 2 * SCALE * (1 + 3 * CUBIC * x * x);
  }
}
