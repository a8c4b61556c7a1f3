package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvolutionKernels;
import brume.tensor.kernel.MatmulGeometry;
import java.util.Optional;

/**
 * Convolution on the GPU by kernels of our own, which are described in conv.cu; filters of one pixel
 * are matrix products.
 */
final class CudaConvolution implements ConvolutionKernels {

  private static final int SHORTEST_PART = 256; // pixels

  private final PtxModule.PerFunction<Tile> conv2d;
  private final PtxModule.PerFunction<Tile> conv2dInputGrad;
  private final PtxModule.PerFunction<Tile> conv2dFilterGrad;
  private final CudaKernel conv2dFilterSum;
  private final CudaMemory memory;
  private final Products products;

  CudaConvolution(Driver driver, CudaMemory memory, Products products) {
    PtxModule ptx = new PtxModule(driver, "conv");
    this.conv2d = ptx.kernels(Tile.class, "conv2d_");
    this.conv2dInputGrad = ptx.kernels(Tile.class, "conv2d_input_grad_");
    this.conv2dFilterGrad = ptx.kernels(Tile.class, "conv2d_filter_grad_");
    this.conv2dFilterSum = ptx.kernel("conv2d_filter_sum");
    this.memory = memory;
    this.products = products;
  }

  @Override
  public void conv2d(ConvGeometry at, Tensor x, Tensor w, Tensor y) {
    if (at.isPointwise()) {
      int pixels = at.n() * at.oh() * at.ow();
      multiply(MatmulGeometry.single(pixels, at.cout(), at.cin(), false, true), x, w, 0, y);
    } else {
      conv2d(at, x, w, Optional.empty(), Optional.empty(), y);
    }
  }

  @Override
  public void conv2dPlus(
      ConvGeometry at, Tensor x, Tensor w, Tensor bias, Optional<Tensor> residual, Tensor y) {
    if (at.isPointwise()) {
      ConvolutionKernels.super.conv2dPlus(at, x, w, bias, residual, y);
    } else {
      conv2d(at, x, w, Optional.of(bias), residual, y);
    }
  }

  private void conv2d(
      ConvGeometry at,
      Tensor x,
      Tensor w,
      Optional<Tensor> bias,
      Optional<Tensor> residual,
      Tensor y) {
    int pixels = at.n() * at.oh() * at.ow(), groups = at.window().groups();
    Tile tile = Tile.of(pixels, at.cout() / groups);
    conv2d
        .of(tile)
        .grid(tile.count(pixels, at.cout() / groups), groups)
        .block(Tile.THREADS)
        .struct(conv(at, 0))
        .in(x, w)
        .inOrNull(bias)
        .inOrNull(residual)
        .out(y)
        .run();
  }

  @Override
  public void conv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    inputGrad(at, w, dy, false, dx);
  }

  @Override
  public void addConv2dInputGrad(ConvGeometry at, Tensor w, Tensor dy, Tensor dx) {
    inputGrad(at, w, dy, true, dx);
  }

  private void inputGrad(ConvGeometry at, Tensor w, Tensor dy, boolean add, Tensor dx) {
    int pixels = at.n() * at.h() * at.w(), groups = at.window().groups();
    if (at.isPointwise()) {
      multiply(
          MatmulGeometry.single(pixels, at.cin(), at.cout(), false, false), dy, w, add ? 1 : 0, dx);
      return;
    }
    Tile tile = Tile.of(pixels, at.cin() / groups);
    conv2dInputGrad
        .of(tile)
        .grid(tile.count(pixels, at.cin() / groups), groups)
        .block(Tile.THREADS)
        .struct(conv(at, 0))
        .in(w, dy)
        .i32(add ? 1 : 0)
        .out(dx)
        .run();
  }

  @Override
  public void conv2dFilterGrad(ConvGeometry at, Tensor x, Tensor dy, Tensor dw) {
    int pixels = at.n() * at.oh() * at.ow();
    if (at.isPointwise()) {
      multiply(MatmulGeometry.single(at.cout(), at.cin(), pixels, true, false), dy, x, 0, dw);
      return;
    }
    int groups = at.window().groups(), size = dw.shape().size();
    int rows = at.cout() / groups, columns = at.kh() * at.kw() * (at.cin() / groups);
    Tile tile = Tile.of(rows, columns);
    int tiles = tile.count(rows, columns);
    Parts parts = Parts.of(pixels, (long) tiles * groups, size, SHORTEST_PART, Tile.DEPTH);
    CudaKernel.Launch launch = conv2dFilterGrad
        .of(tile)
        .grid(tiles, groups, parts.count())
        .block(Tile.THREADS)
        .struct(conv(at, parts.length()))
        .in(x, dy);
    if (parts.count() == 1) {
      launch.out(dw).run();
      return;
    }
    try (CudaMemory.Block scratch = memory.take((long) parts.count() * size * Float.BYTES)) {
      launch.scratch(scratch).run();
      conv2dFilterSum
          .over(size)
          .scratch(scratch)
          .i32(parts.count(), size)
          .out(dw)
          .run();
    }
  }

  private void multiply(MatmulGeometry at, Tensor a, Tensor b, double beta, Tensor c) {
    products.multiply(at, Heads.ONE, 1, a, b, beta, c);
  }

  /** The fields of struct Conv. */
  private static int[] conv(ConvGeometry at, int part) {
    ConvGeometry.Window window = at.window();
    return new int[] {
      at.n(),
      at.h(),
      at.w(),
      at.cin(),
      at.cout(),
      at.kh(),
      at.kw(),
      at.oh(),
      at.ow(),
      window.strideH(),
      window.strideW(),
      window.top(),
      window.left(),
      window.dilationH(),
      window.dilationW(),
      window.groups(),
      part
    };
  }
}
