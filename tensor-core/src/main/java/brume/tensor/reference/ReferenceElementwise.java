package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.BinaryFunction;
import brume.tensor.kernel.BroadcastGeometry;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.Arrays;

/** What arithmetic element by element means. */
final class ReferenceElementwise implements ElementwiseKernels {

  @Override
  public void combine(BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor y) {
    double[] as = doubles(a), bs = doubles(b), ys = writableDoubles(y);
    forEach(at, (ofA, ofB, i) -> ys[i] = f.value(as[ofA], bs[ofB]));
  }

  @Override
  public void combineGradA(
      BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor dy, Tensor da) {
    double[] as = doubles(a), bs = doubles(b), dys = doubles(dy), das = writableDoubles(da);
    forEach(at, (ofA, ofB, i) -> das[i] = dys[i] * f.slopeA(as[ofA], bs[ofB]));
  }

  @Override
  public void combineGradB(
      BinaryFunction f, BroadcastGeometry at, Tensor a, Tensor b, Tensor dy, Tensor db) {
    double[] as = doubles(a), bs = doubles(b), dys = doubles(dy), dbs = writableDoubles(db);
    forEach(at, (ofA, ofB, i) -> dbs[i] = dys[i] * f.slopeB(as[ofA], bs[ofB]));
  }

  @Override
  public void mix(double alpha, Tensor a, double beta, Tensor b, Tensor y) {
    double[] as = doubles(a), bs = doubles(b), ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = alpha * as[i] + beta * bs[i];
    }
  }

  @Override
  public void affine(double alpha, Tensor x, double beta, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = alpha * xs[i] + beta;
    }
  }

  @Override
  public void mixSamples(Tensor alpha, Tensor a, Tensor beta, Tensor b, Tensor y) {
    double[] as = doubles(a), bs = doubles(b), ys = writableDoubles(y);
    int sample = y.shape().size() / alpha.shape().size();
    for (int i = 0; i < y.shape().size(); i++) {
      int n = i / sample;
      ys[i] = doubles(alpha)[n] * as[i] + doubles(beta)[n] * bs[i];
    }
  }

  @Override
  public void addPerChannel(Tensor x, Tensor b, Tensor y) {
    double[] xs = doubles(x), bs = doubles(b), ys = writableDoubles(y);
    int C = b.shape().size();
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = xs[i] + bs[i % C];
    }
  }

  @Override
  public void clamp(Tensor x, double low, double high, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int i = 0; i < y.shape().size(); i++) {
      ys[i] = Math.min(Math.max(xs[i], low), high);
    }
  }

  @Override
  public void clampGrad(Tensor x, double low, double high, Tensor dy, Tensor dx) {
    double[] xs = doubles(x), dys = doubles(dy), dxs = writableDoubles(dx);
    for (int i = 0; i < dx.shape().size(); i++) {
      dxs[i] = low <= xs[i] && xs[i] <= high ? dys[i] : 0;
    }
  }

  @Override
  public void fill(double value, Tensor y) {
    Arrays.fill(writableDoubles(y), 0, y.shape().size(), value);
  }

  /** What is done to element {@code y} of the result and the elements of the operands that belong to it. */
  @FunctionalInterface
  private interface Element {
    void at(int a, int b, int y);
  }

  private static void forEach(BroadcastGeometry at, Element element) {
    int columns = at.row().size();
    for (int row = 0; row < at.rows(); row++) {
      for (int c = 0; c < columns; c++) {
        element.at(at.a(row) + c * at.row().a(), at.b(row) + c * at.row().b(), row * columns + c);
      }
    }
  }
}
