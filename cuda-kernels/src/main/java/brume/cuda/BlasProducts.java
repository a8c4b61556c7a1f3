package brume.cuda;

import brume.cuda.library.Blas;
import brume.cuda.library.Blas.Matrices;
import brume.cuda.library.Blas.Operation;
import brume.tensor.DeviceException;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulGeometry.Layout;

/**
 * Matrix products by a library. Its matrices lie column by column, ours row by row, so it is asked for
 * Cᵀ = op(B)ᵀ·op(A)ᵀ: what we store it reads as the transpose, and the factors trade places.
 */
final class BlasProducts implements Products {

  private final Blas blas;
  private final LaunchProfile profile;
  private final Products others; // for what the library does not take

  BlasProducts(Blas blas, LaunchProfile profile, Products others) {
    this.blas = blas;
    this.profile = profile;
    this.others = others;
  }

  @Override
  public void multiply(
      MatmulGeometry at, Heads heads, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
    DeviceException.unlessTogether(a, c);
    DeviceException.unlessTogether(b, c);
    c.writableStorage(); // counts the change
    int batch = at.batch(), count = heads.count();
    if (at.m() == 0 || at.n() == 0 || batch == 0 || count == 0) {
      return;
    }
    if (at.k() == 0 || !fits(at)) {
      others.multiply(at, heads, alpha, a, b, beta, c);
    } else if (count <= batch) {
      for (int head = 0; head < count; head++) {
        multiply(
            at,
            (float) alpha,
            matrices(a, at.a(), head * heads.a(), at.a().stride(), columnsA(at)),
            matrices(b, at.b(), head * heads.b(), at.b().stride(), columnsB(at)),
            (float) beta,
            matrices(c, at.c(), head * heads.c(), at.c().stride(), at.n()),
            batch);
      }
    } else {
      for (int i = 0; i < batch; i++) {
        multiply(
            at,
            (float) alpha,
            matrices(a, at.a(), i * at.a().stride(), heads.a(), columnsA(at)),
            matrices(b, at.b(), i * at.b().stride(), heads.b(), columnsB(at)),
            (float) beta,
            matrices(c, at.c(), i * at.c().stride(), heads.c(), at.n()),
            count);
      }
    }
  }

  private void multiply(
      MatmulGeometry at, float alpha, Matrices a, Matrices b, float beta, Matrices c, int batch) {
    Operation ofA = at.transposeA() ? Operation.TRANSPOSE : Operation.NONE;
    Operation ofB = at.transposeB() ? Operation.TRANSPOSE : Operation.NONE;
    long numbers = (long) at.m() * at.k() + (long) at.k() * at.n() + (long) at.m() * at.n();
    profile.launch(
        "cuBLAS",
        numbers * batch * Float.BYTES,
        () -> blas.multiply(ofB, ofA, at.n(), at.m(), at.k(), alpha, b, a, beta, c, batch));
  }

  /** Whether rows do not overlap, which the library would refuse. */
  private static boolean fits(MatmulGeometry at) {
    return fits(at.a(), at.transposeA() ? at.k() : at.m(), columnsA(at))
        && fits(at.b(), at.transposeB() ? at.n() : at.k(), columnsB(at))
        && fits(at.c(), at.m(), at.n());
  }

  private static boolean fits(Layout layout, int rows, int columns) {
    return rows == 1 || layout.row() >= columns;
  }

  private static int columnsA(MatmulGeometry at) {
    return at.transposeA() ? at.m() : at.k();
  }

  private static int columnsB(MatmulGeometry at) {
    return at.transposeB() ? at.k() : at.n();
  }

  /** The matrices from some element on; of a single row it does not matter how far the next one is. */
  private static Matrices matrices(Tensor t, Layout layout, int from, int stride, int columns) {
    long address = CudaStorage.address(t, layout.at() + from);
    return new Matrices(address, Math.max(layout.row(), columns), stride);
  }
}
