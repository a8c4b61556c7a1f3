package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;

/** What a batch of matrix products means. */
final class ReferenceMatmul implements MatmulKernels {

  @Override
  public void matmul(MatmulGeometry at, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
    double[] as = doubles(a), bs = Operand.doubles(b), cs = writableDoubles(c);
    for (int i = 0; i < at.batch(); i++) {
      for (int m = 0; m < at.m(); m++) {
        for (int n = 0; n < at.n(); n++) {
          double sum = 0;
          for (int k = 0; k < at.k(); k++) {
            double left = as[element(at.a(), i, at.transposeA(), m, k)];
            double right = bs[element(at.b(), i, at.transposeB(), k, n)];
            sum += left * right;
          }
          int here = element(at.c(), i, false, m, n);
          cs[here] = alpha * sum + (beta == 0 ? 0 : beta * cs[here]);
        }
      }
    }
  }

  /** Where row r, column c of op(matrix i) lies. */
  private static int element(
      MatmulGeometry.Layout layout, int i, boolean transposed, int r, int c) {
    int matrix = layout.at() + i * layout.stride();
    return transposed ? matrix + c * layout.row() + r : matrix + r * layout.row() + c;
  }
}
