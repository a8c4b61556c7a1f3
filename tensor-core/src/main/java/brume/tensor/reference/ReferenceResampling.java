package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.PoolGeometry;
import brume.tensor.kernel.ResamplingKernels;
import java.util.Arrays;

/**
 * What changes of resolution mean. Each visits the pixels of the large image and finds the small one's
 * pixel that belongs to it.
 */
final class ReferenceResampling implements ResamplingKernels {

  @Override
  public void upsampleNearest(Tensor x, int factor, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    forEachPair(y.shape(), x.shape(), factor, (large, small) -> ys[large] = xs[small]);
  }

  @Override
  public void upsampleNearestGrad(Tensor dy, int factor, Tensor dx) {
    double[] dys = doubles(dy), dxs = writableDoubles(dx);
    Arrays.fill(dxs, 0);
    forEachPair(dy.shape(), dx.shape(), factor, (large, small) -> dxs[small] += dys[large]);
  }

  @Override
  public void averagePool(Tensor x, int factor, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    double area = (double) factor * factor;
    Arrays.fill(ys, 0);
    forEachPair(x.shape(), y.shape(), factor, (large, small) -> ys[small] += xs[large] / area);
  }

  @Override
  public void averagePoolGrad(Tensor dy, int factor, Tensor dx) {
    double[] dys = doubles(dy), dxs = writableDoubles(dx);
    double area = (double) factor * factor;
    Arrays.fill(dxs, 0); // the rest of an odd size stays so
    forEachPair(dx.shape(), dy.shape(), factor, (large, small) -> dxs[large] = dys[small] / area);
  }

  @Override
  public void pixelUnshuffle(Tensor x, int factor, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    forEachMove(x.shape(), factor, (large, small) -> ys[small] = xs[large]);
  }

  @Override
  public void pixelShuffle(Tensor x, int factor, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    forEachMove(y.shape(), factor, (large, small) -> ys[large] = xs[small]);
  }

  @Override
  public void maxPool(PoolGeometry at, Tensor x, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    forEachLargest(at, xs, (largest, window) -> {
      ys[window] = largest < 0 ? Double.NEGATIVE_INFINITY : xs[largest];
    });
  }

  @Override
  public void maxPoolGrad(PoolGeometry at, Tensor x, Tensor dy, Tensor dx) {
    double[] dys = doubles(dy), dxs = writableDoubles(dx);
    Arrays.fill(dxs, 0);
    forEachLargest(at, doubles(x), (largest, window) -> {
      if (largest >= 0) {
        dxs[largest] += dys[window];
      }
    });
  }

  /** Pairs each window's first largest element, −1 for an empty window, with the window's own. */
  private static void forEachLargest(PoolGeometry at, double[] xs, Pair pair) {
    PoolGeometry.Window window = at.window();
    for (int i = 0; i < at.y().size(); i++) {
      int c = i % at.c(), column = i / at.c() % at.ow();
      int row = i / (at.c() * at.ow()) % at.oh(), n = i / (at.c() * at.ow() * at.oh());
      int largest = -1;
      for (int p = 0; p < window.kh(); p++) {
        for (int q = 0; q < window.kw(); q++) {
          int h = row * window.strideH() + p * window.dilationH() - window.padH();
          int w = column * window.strideW() + q * window.dilationW() - window.padW();
          if (h >= 0 && h < at.h() && w >= 0 && w < at.w()) {
            int element = ((n * at.h() + h) * at.w() + w) * at.c() + c;
            boolean larger = largest < 0 || xs[element] > xs[largest];
            largest = larger || Double.isNaN(xs[element]) ? element : largest;
          }
        }
      }
      pair.at(largest, i);
    }
  }

  /** Elements of a large and a small image that belong together. */
  private interface Pair {
    void at(int large, int small);
  }

  /** Pairs each element of the f×f blocks of the large image with its block's element. */
  private static void forEachPair(Shape large, Shape small, int f, Pair pair) {
    int H = small.dim(1), W = small.dim(2), C = small.dim(3);
    for (int n = 0; n < small.dim(0); n++) {
      for (int i = 0; i < f * H; i++) {
        for (int j = 0; j < f * W; j++) {
          for (int c = 0; c < C; c++) {
            pair.at(
                ((n * large.dim(1) + i) * large.dim(2) + j) * C + c,
                ((n * H + i / f) * W + j / f) * C + c);
          }
        }
      }
    }
  }

  /** Pairs pixel (i, j), channel c of the large image with channel c·f² + (i mod f)·f + j mod f. */
  private static void forEachMove(Shape large, int f, Pair pair) {
    int H = large.dim(1), W = large.dim(2), C = large.dim(3);
    for (int n = 0; n < large.dim(0); n++) {
      for (int i = 0; i < H; i++) {
        for (int j = 0; j < W; j++) {
          for (int c = 0; c < C; c++) {
            int pixel = (n * (H / f) + i / f) * (W / f) + j / f;
            pair.at(((n * H + i) * W + j) * C + c, (pixel * C + c) * f * f + i % f * f + j % f);
          }
        }
      }
    }
  }
}
