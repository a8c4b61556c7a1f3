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

  private void launchLinear(int rows, Tensor x, List<Tensor> ws, List<Tensor> bs, List<Tensor> ys) {
    int in = x.shape().dim(-1);
    linear
        .grid(Tile.SMALL.count(rows, mostOutputs(ws)), ws.size())
        .block(Tile.THREADS)
        .varying(layers(x, List.of(ws, bs), List.of(ys)))
        .in(x)
        .i32(rows, in)
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
    if (isSmall(rows, w.shape().dim(0))) {
      launchLinearGrad(rows, x, List.of(w), List.of(dy), before, dx, List.of(dw), List.of(db));
    } else {
      MatmulKernels.super.linearGrad(rows, x, w, dy, before, dx, dw, db);
    }
  }

  @Override
  public void linearGrads(
      int rows,
      Tensor x,
      List<Tensor> ws,
      List<Tensor> dys,
      Optional<Tensor> before,
      Tensor dx,
      List<Tensor> dws,
      List<Tensor> dbs) {
    if (!isSmall(rows, mostOutputs(ws))) {
      MatmulKernels.super.linearGrads(rows, x, ws, dys, before, dx, dws, dbs);
      return;
    }
    Optional<Tensor> sum = before;
    for (int from = 0; from < ws.size(); from += LAYERS) {
      int to = Math.min(ws.size(), from + LAYERS);
      launchLinearGrad(
          rows,
          x,
          ws.subList(from, to),
          dys.subList(from, to),
          sum,
          dx,
          dws.subList(from, to),
          dbs.subList(from, to));
      sum = Optional.of(dx);
    }
  }

  private void launchLinearGrad(
      int rows,
      Tensor x,
      List<Tensor> ws,
      List<Tensor> dys,
      Optional<Tensor> before,
      Tensor dx,
      List<Tensor> dws,
      List<Tensor> dbs) {
    int in = x.shape().dim(-1), out = mostOutputs(ws);
    int blocks = Math.max(Tile.SMALL.count(rows, in), Tile.SMALL.count(out, in));
    linearGrad
        .grid(Math.max(1, blocks), 1 + 2 * ws.size())
        .block(Tile.THREADS)
        .varying(layers(x, List.of(ws, dys), List.of(dws, dbs)))
        .i32(ws.size())
        .in(x)
        .inOrNull(before)
        .i32(rows, in)
        .out(dx)
        .run();
  }

  private static int mostOutputs(List<Tensor> ws) {
    return ws.stream().mapToInt(w -> w.shape().dim(0)).max().orElse(0);
  }

  /** The fields of struct Layers or LayerGrads: addresses in two halves, then the outputs of each layer. */
  private static int[] layers(Tensor x, List<List<Tensor>> read, List<List<Tensor>> written) {
    int roles = read.size() + written.size(), layers = read.get(0).size();
    int[] fields = new int[(2 * roles + 1) * LAYERS];
    for (int i = 0; i < layers; i++) {
      int role = 0;
      for (List<Tensor> tensors : read) {
        putAddress(fields, role++ * LAYERS + i, x, tensors.get(i));
      }
      for (List<Tensor> tensors : written) {
        tensors.get(i).writableStorage(); // counts the change
        putAddress(fields, role++ * LAYERS + i, x, tensors.get(i));
      }
      fields[2 * roles * LAYERS + i] = read.get(0).get(i).shape().dim(0);
    }
    return fields;
  }

  private static void putAddress(int[] fields, int at, Tensor x, Tensor t) {
    DeviceException.unlessTogether(t, x);
    long address = CudaStorage.address(t, 0);
    fields[2 * at] = (int) address;
    fields[2 * at + 1] = (int) (address >>> 32);
  }

  private static boolean isSmall(int rows, int terms) {
    return rows <= FEW_ROWS && terms <= LONGEST_SUM;
  }
}
