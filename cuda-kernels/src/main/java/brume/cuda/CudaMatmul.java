package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import java.util.Optional;

/**
 * Matrix products on the GPU, by a kernel of our own or by a library; layers of few rows by kernels of
 * our own, which are described in gemm.cu.
 */
final class CudaMatmul implements MatmulKernels {

  private static final int FEW_ROWS = 128;
  private static final int LONGEST_SUM = 2048; // of products, which one block adds up

  private final Products products;
  private final CudaKernel linear;
  private final CudaKernel linearGrad;

  CudaMatmul(Driver driver, Products products) {
    PtxModule ptx = new PtxModule(driver, "gemm");
    this.products = products;
    this.linear = ptx.kernel("linear");
    this.linearGrad = ptx.kernel("linear_grad");
  }

  @Override
  public void matmul(MatmulGeometry at, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
    products.multiply(at, Heads.ONE, alpha, a, b, beta, c);
  }

  @Override
  public void linear(int rows, Tensor x, Tensor w, Tensor b, Tensor y) {
    int out = w.shape().dim(0), in = w.shape().dim(1);
    if (!isSmall(rows, in)) {
      MatmulKernels.super.linear(rows, x, w, b, y);
      return;
    }
    linear
        .grid(Tile.SMALL.count(rows, out))
        .block(Tile.THREADS)
        .in(x, w, b)
        .i32(rows, in, out)
        .out(y)
        .run();
  }

  @Override
  public void linearGrad(
      int rows,
      Tensor x,
      Tensor w,
      Tensor dy,
      Optional<Tensor> before,
      Tensor dx,
      Tensor dw,
      Tensor db) {
    int out = w.shape().dim(0), in = w.shape().dim(1);
    if (!isSmall(rows, out)) {
      MatmulKernels.super.linearGrad(rows, x, w, dy, before, dx, dw, db);
      return;
    }
    int blocks = Math.max(Tile.SMALL.count(rows, in), Tile.SMALL.count(out, in));
    linearGrad
        .grid(Math.max(1, blocks), 3)
        .block(Tile.THREADS)
        .in(x, w, dy)
        .inOrNull(before)
        .i32(rows, in, out)
        .out(dx, dw, db)
        .run();
  }

  private static boolean isSmall(int rows, int terms) {
    return rows <= FEW_ROWS && terms <= LONGEST_SUM;
  }
}
