package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;

/** Random numbers on the GPU; the kernels are described in random.cu. */
final class CudaRandom implements RandomKernels {

  private static final int PER_BLOCK = 4; // numbers of one counter
  private static final double STEPS = 1 << 24; // of uniform numbers

  private final CudaInputs inputs;
  private final CudaKernel uniform;
  private final CudaKernel normal;
  private final CudaKernel dropout;

  CudaRandom(Driver driver, CudaInputs inputs) {
    this.inputs = inputs;
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

  private void draw(CudaKernel kernel, RandomKey key, long first, Tensor y) {
    int count = y.shape().size(), before = (int) (first & (PER_BLOCK - 1));
    withKey(kernel.over(blocks(before, count)), key)
        .i64(first)
        .i32(count)
        .out(y)
        .run();
  }

  @Override
  public void dropout(RandomKey key, double rate, Tensor x, Tensor y) {
    int count = y.shape().size(), least = (int) Math.ceil(rate * STEPS);
    withKey(dropout.over(blocks(0, count)).in(x), key)
        .i32(least)
        .f32(1 / (1 - rate))
        .i32(count)
        .out(y)
        .run();
  }

  /** Adds a key, as it is or, where a graph finds another one each time, the place of it. */
  private CudaKernel.Launch withKey(CudaKernel.Launch launch, RandomKey key) {
    return key.isRenewed() && inputs.isRecording()
        ? launch.varying(key.bits(), inputs.place(key::bits).orElse(0))
        : launch.i64(key.bits(), 0);
  }

  /** Blocks of four numbers that a tensor touches, of which the first begins before it. */
  static int blocks(int before, int count) {
    return count == 0 ? 0 : (int) (((long) before + count - 1) / PER_BLOCK + 1);
  }
}
