package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;

/** Random numbers on the GPU; the kernels are described in random.cu. */
final class CudaRandom implements RandomKernels {

  private static final int PER_BLOCK = 4; // numbers of one counter
  private static final double STEPS = 1 << 24; // of uniform numbers

  private final CudaKernel uniform;
  private final CudaKernel normal;
  private final CudaKernel dropout;

  CudaRandom(Driver driver) {
    PtxModule ptx = new PtxModule(driver, "random");
    this.uniform = ptx.kernel("uniform");
    this.normal = ptx.kernel("normal");
    this.dropout = ptx.kernel("dropout");
  }

  @Override
  public void uniform(RandomKey key, long first, Tensor y) {
    draw(uniform, key, first, y);
  }

  @Override
  public void normal(RandomKey key, long first, Tensor y) {
    draw(normal, key, first, y);
  }

  private static void draw(CudaKernel kernel, RandomKey key, long first, Tensor y) {
    int count = y.shape().size(), before = (int) (first & (PER_BLOCK - 1));
    kernel.over(blocks(before, count)).i64(key.bits(), first).i32(count).out(y).run();
  }

  @Override
  public void dropout(RandomKey key, double rate, Tensor x, Tensor y) {
    int count = y.shape().size(), least = (int) Math.ceil(rate * STEPS);
    dropout
        .over(blocks(0, count))
        .in(x)
        .i64(key.bits())
        .i32(least)
        .f32(1 / (1 - rate))
        .i32(count)
        .out(y)
        .run();
  }

  /** Blocks of four numbers that a tensor touches, of which the first begins before it. */
  static int blocks(int before, int count) {
    return count == 0 ? 0 : (int) (((long) before + count - 1) / PER_BLOCK + 1);
  }
}
