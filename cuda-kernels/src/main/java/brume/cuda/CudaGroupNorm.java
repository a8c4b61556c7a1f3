package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.NormalizationKernels;
import java.util.Optional;

/**
 * The half of the normalization on the GPU that is about groups; the kernels are described in
 * group_norm.cu.
 */
abstract class CudaGroupNorm implements NormalizationKernels {

  private static final int WARP = 32;
  private static final int THREADS = 1024; // of a block, at most, as in group_norm.cu
  private static final int ENOUGH_THREADS = 256; // of a block, before one takes several numbers
  private static final int NUMBERS = 8; // of a thread, before a block has more threads
  private static final int DECLARED = 9 << 10; // bytes of shared memory that a kernel itself needs

  private final Driver driver;
  private final CudaMemory memory;
  private final Arrivals arrivals;
  private final CudaKernel groupNorm;
  private final CudaKernel groupNormSiLU;
  private final CudaKernel groupNormGrad;
  private final CudaKernel groupNormSiLUGrad;

  CudaGroupNorm(Driver driver, CudaMemory memory, Arrivals arrivals) {
    this.driver = driver;
    this.memory = memory;
    this.arrivals = arrivals;
    PtxModule ptx = new PtxModule(driver, "group_norm");
    this.groupNorm = ptx.kernel("group_norm");
    this.groupNormSiLU = ptx.kernel("group_norm_silu");
    this.groupNormGrad = ptx.kernel("group_norm_grad");
    this.groupNormSiLUGrad = ptx.kernel("group_norm_silu_grad");
  }

  /** One block for each group of each sample, and what it knows of its threads. */
  private record Blocks(GroupGeometry at, int width, int rows, int kept, int sharedBytes) {

    /** Blocks whose threads keep numbers of some bytes, as many as a block's shared memory holds. */
    static Blocks of(GroupGeometry at, int bytes, int sharedBytes) {
      int width = Math.max(1, Math.min(at.d(), THREADS));
      int wanted = Math.max(ENOUGH_THREADS / width, Tile.ceil(at.p(), NUMBERS));
      int rows = Math.max(1, Math.min(Math.min(at.p(), wanted), THREADS / width));
      int perTurn = threads(width, rows) * bytes;
      int turns = width < at.d() ? 0 : Tile.ceil(at.p(), rows);
      int kept = Math.min(turns, Math.max(0, sharedBytes - DECLARED) / perTurn);
      return new Blocks(at, width, rows, kept, kept * perTurn);
    }

    private static int threads(int width, int rows) {
      return Tile.ceil(width * rows, WARP) * WARP;
    }

    CudaKernel.Launch launch(CudaKernel kernel) {
      return kernel
          .grid(Math.multiplyExact(at.n(), at.g()))
          .block(threads(width, rows))
          .sharedBytes(sharedBytes);
    }

    /** The fields of struct Group. */
    int[] struct() {
      return new int[] {at.n(), at.p(), at.c(), at.g(), width, rows, kept};
    }
  }

  /** Blocks that keep x. */
  private Blocks forward(GroupGeometry at) {
    return Blocks.of(at, Float.BYTES, driver.sharedBytes());
  }

  /** Blocks that keep x̂ and the gradient before the activation. */
  private Blocks backward(GroupGeometry at) {
    return Blocks.of(at, 2 * Float.BYTES, driver.sharedBytes());
  }

  @Override
  public void groupNorm(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    Blocks blocks = forward(at);
    blocks
        .launch(groupNorm)
        .in(x, gamma, beta)
        .struct(blocks.struct())
        .f32(eps)
        .out(y, mean, rstd)
        .run();
  }

  @Override
  public void groupNormGrad(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta) {
    Blocks blocks = backward(at);
    clearIfEmpty(at, dgamma, dbeta);
    try (CudaMemory.Block sums = sums(at)) {
      blocks
          .launch(groupNormGrad)
          .in(x, gamma, mean, rstd, dy)
          .struct(blocks.struct())
          .out(dx)
          .scratch(sums)
          .i64(arrivals.counters(at.g()))
          .out(dgamma, dbeta)
          .run();
    }
  }

  @Override
  public void groupNormSiLU(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    groupNormSiLUInBlock(
        at, Optional.empty(), x, gamma, beta, scaleShift, Optional.empty(), eps, y, mean, rstd);
  }

  @Override
  public void groupNormSiLUInBlock(
      GroupGeometry at,
      Optional<Tensor> bias,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      Optional<Tensor> residual,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    Blocks blocks = forward(at);
    CudaKernel.Launch launch = blocks.launch(groupNormSiLU);
    steered(
            (bias.isPresent() ? launch.out(x) : launch.in(x)).inOrNull(bias).in(gamma, beta),
            scaleShift)
        .inOrNull(residual)
        .struct(blocks.struct())
        .f32(eps)
        .out(y, mean, rstd)
        .run();
  }

  @Override
  public Optional<Tensor> groupNormSiLUGrad(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta,
      Tensor dscaleShift) {
    Blocks blocks = backward(at);
    Tensor dxSums = gamma.like();
    clearIfEmpty(at, dgamma, dbeta, dxSums);
    try (CudaMemory.Block sums = sums(at)) {
      CudaKernel.Launch launch = steered(
              blocks.launch(groupNormSiLUGrad).in(x, gamma, beta), scaleShift)
          .in(mean, rstd, dy)
          .struct(blocks.struct())
          .out(dx)
          .scratch(sums)
          .i64(arrivals.counters(at.g()))
          .out(dgamma, dbeta);
      (isSteered(scaleShift) ? launch.out(dscaleShift) : launch.i64(0))
          .out(dxSums)
          .run();
    }
    return Optional.of(dxSums);
  }

  /** Room for three sums of each channel of each sample. */
  private CudaMemory.Block sums(GroupGeometry at) {
    return memory.take(3L * at.n() * at.c() * Float.BYTES);
  }

  /** Zeros the sums of no samples, which no block would write. */
  private void clearIfEmpty(GroupGeometry at, Tensor... sums) {
    for (Tensor sum : sums) {
      if (at.n() == 0 && sum.shape().size() > 0) {
        driver.fill(CudaStorage.writableAddress(sum, 0), 0, sum.shape().size());
      }
    }
  }

  private static boolean isSteered(Tensor scaleShift) {
    return scaleShift.shape().size() > 0;
  }

  /** Adds the scales and shifts, null for none. */
  private static CudaKernel.Launch steered(CudaKernel.Launch launch, Tensor scaleShift) {
    return launch.inOrNull(Optional.of(scaleShift).filter(CudaGroupNorm::isSteered));
  }
}
