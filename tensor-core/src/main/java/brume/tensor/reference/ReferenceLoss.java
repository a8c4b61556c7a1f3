package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.LossKernels;

/** What losses mean. */
final class ReferenceLoss implements LossKernels {

  @Override
  public void meanSquaredError(Tensor x, Tensor target, Tensor w, Tensor loss) {
    double[] xs = doubles(x), targets = doubles(target);
    int size = x.shape().size(), sample = size / w.shape().size();
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double error = xs[i] - targets[i];
      sum += doubles(w)[i / sample] * error * error;
    }
    writableDoubles(loss)[0] = sum / size;
  }

  @Override
  public void meanSquaredErrorGrad(Tensor x, Tensor target, Tensor w, Tensor dloss, Tensor dx) {
    double[] xs = doubles(x), targets = doubles(target), dxs = writableDoubles(dx);
    int size = x.shape().size(), sample = size / w.shape().size();
    for (int i = 0; i < size; i++) {
      dxs[i] = doubles(dloss)[0] * doubles(w)[i / sample] * 2 * (xs[i] - targets[i]) / size;
    }
  }
}
