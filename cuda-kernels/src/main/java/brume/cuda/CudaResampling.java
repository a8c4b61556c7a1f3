package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.PoolGeometry;
import brume.tensor.kernel.ResamplingKernels;

/** Changes of resolution on the GPU; the kernels are described in resampling.cu. */
final class CudaResampling implements ResamplingKernels {

  private final CudaKernel upsampleNearest;
  private final CudaKernel upsampleNearestGrad;
  private final CudaKernel averagePool;
  private final CudaKernel averagePoolGrad;
  private final CudaKernel pixelUnshuffle;
  private final CudaKernel pixelShuffle;
  private final CudaKernel addPixelShuffle;
  private final CudaKernel maxPool;
  private final CudaKernel maxPoolWinners;
  private final CudaKernel maxPoolGrad;
  private final CudaMemory memory;

  CudaResampling(Driver driver, CudaMemory memory) {
    PtxModule ptx = new PtxModule(driver, "resampling");
    this.upsampleNearest = ptx.kernel("upsample_nearest");
    this.upsampleNearestGrad = ptx.kernel("upsample_nearest_grad");
    this.averagePool = ptx.kernel("average_pool");
    this.averagePoolGrad = ptx.kernel("average_pool_grad");
    this.pixelUnshuffle = ptx.kernel("pixel_unshuffle");
    this.pixelShuffle = ptx.kernel("pixel_shuffle");
    this.addPixelShuffle = ptx.kernel("add_pixel_shuffle");
    this.maxPool = ptx.kernel("max_pool");
    this.maxPoolWinners = ptx.kernel("max_pool_winners");
    this.maxPoolGrad = ptx.kernel("max_pool_grad");
    this.memory = memory;
  }

  @Override
  public void upsampleNearest(Tensor x, int factor, Tensor y) {
    overBlocks(upsampleNearest, x, blocks(x.shape(), y.shape(), factor), y);
  }

  @Override
  public void upsampleNearestGrad(Tensor dy, int factor, Tensor dx) {
    overBlocks(upsampleNearestGrad, dy, blocks(dx.shape(), dy.shape(), factor), dx);
  }

  @Override
  public void averagePool(Tensor x, int factor, Tensor y) {
    overBlocks(averagePool, x, blocks(y.shape(), x.shape(), factor), y);
  }

  @Override
  public void averagePoolGrad(Tensor dy, int factor, Tensor dx) {
    overBlocks(averagePoolGrad, dy, blocks(dy.shape(), dx.shape(), factor), dx);
  }

  @Override
  public void pixelUnshuffle(Tensor x, int factor, Tensor y) {
    overBlocks(pixelUnshuffle, x, shuffled(y.shape(), x.shape(), factor), y);
  }

  @Override
  public void pixelShuffle(Tensor x, int factor, Tensor y) {
    overBlocks(pixelShuffle, x, shuffled(x.shape(), y.shape(), factor), y);
  }

  @Override
  public void addPixelShuffle(Tensor x, int factor, Tensor y) {
    overBlocks(addPixelShuffle, x, shuffled(x.shape(), y.shape(), factor), y);
  }

  @Override
  public void maxPool(PoolGeometry at, Tensor x, Tensor y) {
    overPool(maxPool.over(y.shape().size()).in(x), at, y);
  }

  @Override
  public void maxPoolGrad(PoolGeometry at, Tensor x, Tensor dy, Tensor dx) {
    int windows = dy.shape().size();
    try (CudaMemory.Block winners = memory.take((long) windows * Integer.BYTES)) {
      maxPoolWinners
          .over(windows)
          .in(x)
          .struct(pool(at))
          .i32(windows)
          .scratch(winners)
          .run();
      overPool(maxPoolGrad.over(dx.shape().size()).scratch(winners).in(dy), at, dx);
    }
  }

  /** A thread for each element of y. */
  private static void overBlocks(CudaKernel kernel, Tensor x, int[] blocks, Tensor y) {
    int count = y.shape().size();
    kernel.over(count).in(x).struct(blocks).i32(count).out(y).run();
  }

  private static void overPool(CudaKernel.Launch launch, PoolGeometry at, Tensor y) {
    launch.struct(pool(at)).i32(y.shape().size()).out(y).run();
  }

  /** The fields of struct Blocks, between images of the same channels. */
  private static int[] blocks(Shape small, Shape large, int factor) {
    return new int[] {
      small.dim(0), small.dim(1), small.dim(2), small.dim(3), large.dim(1), large.dim(2), factor
    };
  }

  /** The fields of struct Blocks, where the small image has the pixels of a block as channels. */
  private static int[] shuffled(Shape small, Shape large, int factor) {
    int[] blocks = blocks(small, large, factor);
    blocks[3] = large.dim(3);
    return blocks;
  }

  /** The fields of struct Pool. */
  private static int[] pool(PoolGeometry at) {
    PoolGeometry.Window window = at.window();
    return new int[] {
      at.n(),
      at.h(),
      at.w(),
      at.c(),
      at.oh(),
      at.ow(),
      window.kh(),
      window.kw(),
      window.strideH(),
      window.strideW(),
      window.padH(),
      window.padW(),
      window.dilationH(),
      window.dilationW()
    };
  }
}
