package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.DeviceException;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import java.util.List;
import java.util.Optional;

/**
 * Matrix products on the GPU, by a kernel of our own or by a library; layers of few rows by kernels of
 * our own, which are described in gemm.cu.
 */
final class CudaMatmul implements MatmulKernels {

  private static final int FEW_ROWS = 128;
  private static final int LONGEST_SUM = 2048; // of products, which one block adds up

  private static final int LAYERS = 32; // of one launch

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
    if (isSmall(rows, w.shape().dim(1))) {
      launchLinear(rows, x, List.of(w), List.of(b), List.of(y));
    } else {
      MatmulKernels.super.linear(rows, x, w, b, y);
    }
  }

  @Override
  public void linears(int rows, Tensor x, List<Tensor> ws, List<Tensor> bs, List<Tensor> ys) {
    if (ws.isEmpty() || !isSmall(rows, ws.get(0).shape().dim(1))) {
      MatmulKernels.super.linears(rows, x, ws, bs, ys);
      return;
    }
    for (int from = 0; from < ws.size(); from += LAYERS) {
      int to = Math.min(ws.size(), from + LAYERS);
      launchLinear(rows, x, ws.subList(from, to), bs.subList(from, to), ys.subList(from, to));
    }
  }

  private void launchLinear(
      int rows, Tensor x, List<Tensor> ws, List<Tensor> bs, List<Tensor> ys) {
    int in = x.shape().dim(-1), tiles = 0;
    int[] layers = new int[(2 * 3 + 1) * LAYERS]; // struct Layers: addresses in two halves, sizes
    for (int i = 0; i < ws.size(); i++) {
      int out = ws.get(i).shape().dim(0);
      tiles = Math.max(tiles, Tile.SMALL.count(rows, out));
      for (Tensor t : List.of(ws.get(i), bs.get(i), ys.get(i))) {
        DeviceException.unlessTogether(t, x);
      }
      putAddress(layers, i, CudaStorage.address(ws.get(i), 0));
      putAddress(layers, LAYERS + i, CudaStorage.address(bs.get(i), 0));
      putAddress(layers, 2 * LAYERS + i, CudaStorage.writableAddress(ys.get(i), 0));
      layers[2 * 3 * LAYERS + i] = out;
    }
    linear
        .grid(tiles, ws.size())
        .block(Tile.THREADS)
        .struct(layers)
        .in(x)
        .i32(rows, in)
        .run();
  }

  private static void putAddress(int[] fields, int at, long address) {
    fields[2 * at] = (int) address;
    fields[2 * at + 1] = (int) (address >>> 32);
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
