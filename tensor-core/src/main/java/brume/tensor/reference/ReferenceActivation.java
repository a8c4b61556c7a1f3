package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.reference.ErrorFunction.erf;

import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import java.util.function.DoubleUnaryOperator;

/** What activation functions mean. */
final class ReferenceActivation implements ActivationKernels {

  @Override
  public void silu(Tensor x, Tensor y) {
    map(x, y, v -> v * sigmoid(v));
  }

  @Override
  public void siluGrad(Tensor x, Tensor dy, Tensor dx) {
    multiplied(x, dy, dx, v -> sigmoid(v) * (1 + v * (1 - sigmoid(v))));
  }

  @Override
  public void gelu(Tensor x, Tensor y) {
    map(x, y, v -> v * normalBelow(v));
  }

  @Override
  public void geluGrad(Tensor x, Tensor dy, Tensor dx) {
    multiplied(x, dy, dx, v -> normalBelow(v) + v * normalDensity(v));
  }

  @Override
  public void tanh(Tensor x, Tensor y) {
    map(x, y, Math::tanh);
  }

  @Override
  public void tanhGrad(Tensor x, Tensor dy, Tensor dx) {
    multiplied(x, dy, dx, v -> 1 - Math.tanh(v) * Math.tanh(v));
  }

  @Override
  public void sin(Tensor x, Tensor y) {
    map(x, y, Math::sin);
  }

  @Override
  public void sinGrad(Tensor x, Tensor dy, Tensor dx) {
    multiplied(x, dy, dx, Math::cos);
  }

  @Override
  public void cos(Tensor x, Tensor y) {
    map(x, y, Math::cos);
  }

  @Override
  public void cosGrad(Tensor x, Tensor dy, Tensor dx) {
    multiplied(x, dy, dx, v -> -Math.sin(v));
  }

  @Override
  public void exp(Tensor x, Tensor y) {
    map(x, y, Math::exp);
  }

  @Override
  public void expGrad(Tensor x, Tensor dy, Tensor dx) {
    multiplied(x, dy, dx, Math::exp);
  }

  /** y = f(x). */
  private static void map(Tensor x, Tensor y, DoubleUnaryOperator f) {
    double[] xs = doubles(x), ys = doubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = f.applyAsDouble(xs[i]);
    }
  }

  /** dx = dy·f'(x). */
  private static void multiplied(Tensor x, Tensor dy, Tensor dx, DoubleUnaryOperator derivative) {
    double[] xs = doubles(x), dys = doubles(dy), dxs = doubles(dx);
    for (int i = 0; i < dx.shape().size(); i++) {
      dxs[i] = dys[i] * derivative.applyAsDouble(xs[i]);
    }
  }

  static double sigmoid(double x) {
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
}
