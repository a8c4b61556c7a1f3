package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.UnaryFunction;

/** What it means to apply a function to every element. */
final class ReferenceActivation implements ActivationKernels {

  @Override
  public void apply(UnaryFunction f, double p, Tensor x, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = f.value(xs[i], p);
    }
  }

  @Override
  public void applyGrad(UnaryFunction f, double p, Tensor x, Tensor dy, Tensor dx) {
    double[] xs = doubles(x), dys = doubles(dy), dxs = writableDoubles(dx);
    for (int i = 0; i < dx.shape().size(); i++) {
      dxs[i] = dys[i] * f.slope(xs[i], p);
    }
  }

  static double sigmoid(double x) {
    return UnaryFunction.SIGMOID.value(x, 0);
  }
}
