package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import java.util.Arrays;

/**
 * What a convolution and its gradients mean. All three visit the same products and differ only in which
 * of the three numbers is the sum.
 */
final class ReferenceConvolution implements ConvolutionKernels {

  @Override
  public void conv2d(ConvGeometry at, Tensor x, Tensor w, Tensor y) {
    double[] xs = doubles(x), ws = Operand.doubles(w), ys = writableDoubles(y);
    Arrays.fill(ys, 0);
    forEachProduct(at, (ix, iw, iy) -> ys[iy] += xs[ix] * ws[iw]);
  }

  @Override
  public void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    double[] ws = Operand.doubles(w), dys = doubles(dy), dxs = writableDoubles(dx);
    Arrays.fill(dxs, 0);
    forEachProduct(at, (ix, iw, iy) -> dxs[ix] += dys[iy] * ws[iw]);
  }

  @Override
  public void conv2dFilterGrad(ConvGeometry at, Tensor x, Tensor dy, Tensor dw) {
    double[] xs = doubles(x), dys = doubles(dy), dws = writableDoubles(dw);
    Arrays.fill(dws, 0);
    forEachProduct(at, (ix, iw, iy) -> dws[iw] += dys[iy] * xs[ix]);
  }

  /** One product of a convolution: the elements of x, w and y it connects. */
  private interface Product {
    void at(int ix, int iw, int iy);
  }

  private static void forEachProduct(ConvGeometry at, Product product) {
    for (int n = 0; n < at.n(); n++) {
      for (int i = 0; i < at.oh(); i++) {
        for (int j = 0; j < at.ow(); j++) {
          for (int p = 0; p < at.kh(); p++) {
            for (int q = 0; q < at.kw(); q++) {
              int row = i * at.window().strideH()
                  + p * at.window().dilationH()
                  - at.window().top();
              int col = j * at.window().strideW()
                  + q * at.window().dilationW()
                  - at.window().left();
              if (row >= 0 && row < at.h() && col >= 0 && col < at.w()) {
                int pixel = ((n * at.h() + row) * at.w() + col) * at.cin();
                int result = ((n * at.oh() + i) * at.ow() + j) * at.cout();
                forEachChannel(at, p * at.kw() + q, pixel, result, product);
              }
            }
          }
        }
      }
    }
  }

  /** The products of one pixel with one position of all filters. */
  private static void forEachChannel(
      ConvGeometry at, int position, int pixel, int result, Product product) {
    int cin = at.cin() / at.window().groups(), cout = at.cout() / at.window().groups();
    for (int o = 0; o < at.cout(); o++) {
      int group = o / cout;
      for (int c = 0; c < cin; c++) {
        int iw = (o * at.kh() * at.kw() + position) * cin + c;
        product.at(pixel + group * cin + c, iw, result + o);
      }
    }
  }
}
