package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.GroupGeometry;

/** Group normalization on the GPU; the kernels are described in group_norm.cu. */
final class CudaGroupNorm {

  private static final int WARP = 32;
  private static final int THREADS = 256; // of a block, at most

  private final CudaKernel groupNorm;
  private final CudaKernel groupNormSiLU;
  private final CudaKernel groupNormSiLUSlope;
  private final CudaKernel groupNormGrad;
  private final CudaKernel groupNormSteerGrad;
  private final ChannelSums channelSums;

  CudaGroupNorm(Driver driver, ChannelSums channelSums) {
    PtxModule ptx = new PtxModule(driver, "group_norm");
    this.groupNorm = ptx.kernel("group_norm");
    this.groupNormSiLU = ptx.kernel("group_norm_silu");
    this.groupNormSiLUSlope = ptx.kernel("group_norm_silu_slope");
    this.groupNormGrad = ptx.kernel("group_norm_grad");
    this.groupNormSteerGrad = ptx.kernel("group_norm_steer_grad");
    this.channelSums = channelSums;
  }

  /** One block for each group of each sample, and what it knows of its threads. */
  private record Blocks(GroupGeometry at, int width, int rows) {

    static Blocks of(GroupGeometry at) {
      int width = Math.max(1, Math.min(at.d(), THREADS));
      return new Blocks(at, width, Math.max(1, Math.min(at.p(), THREADS / width)));
    }

    CudaKernel.Launch launch(CudaKernel kernel) {
      int threads = Tile.ceil(width * rows, WARP) * WARP;
      return kernel.grid(Math.multiplyExact(at.n(), at.g())).block(threads);
    }

    /** The fields of struct Group. */
    int[] struct() {
      return new int[] {at.n(), at.p(), at.c(), at.g(), width, rows};
    }
  }

  void forward(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    Blocks blocks = Blocks.of(at);
    blocks
        .launch(groupNorm)
        .in(x, gamma, beta)
        .struct(blocks.struct())
        .f32(eps)
        .out(y, mean, rstd)
        .run();
  }

  void backward(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta) {
    channelSums.ofBatch(wholeBatch(at), x, mean, rstd, dy, dgamma, dbeta);
    Blocks blocks = Blocks.of(at);
    blocks
        .launch(groupNormGrad)
        .in(x, gamma)
        .i64(0)
        .in(mean, rstd, dy)
        .struct(blocks.struct())
        .out(dx)
        .run();
  }

  void forwardSiLU(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    Blocks blocks = Blocks.of(at);
    steered(blocks.launch(groupNormSiLU).in(x, gamma, beta), scaleShift)
        .struct(blocks.struct())
        .f32(eps)
        .out(y, mean, rstd)
        .run();
  }

  void backwardSiLU(
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
    Blocks blocks = Blocks.of(at);
    steered(blocks.launch(groupNormSiLUSlope).in(x, gamma, beta), scaleShift)
        .in(mean, rstd, dy)
        .struct(blocks.struct())
        .out(dx) // du, until the last launch
        .run();
    if (isSteered(scaleShift)) {
      try (Scope scratch = Scope.open()) {
        Tensor sums = x.like(Shape.of(at.n(), 2 * at.c()));
        ChannelSums.Rows rows = new ChannelSums.Rows(at.n(), at.p(), at.c(), at.p(), at.d());
        channelSums.ofSamples(rows, x, mean, rstd, dx, sums);
        groupNormSteerGrad
            .over(at.c())
            .in(gamma, beta, scaleShift, sums)
            .i32(at.n(), at.c())
            .out(dgamma, dbeta, dscaleShift)
            .run();
      }
    } else {
      channelSums.ofBatch(wholeBatch(at), x, mean, rstd, dx, dgamma, dbeta);
    }
    steered(blocks.launch(groupNormGrad).in(x, gamma), scaleShift)
        .in(mean, rstd, dx)
        .struct(blocks.struct())
        .out(dx)
        .run();
  }

  private static ChannelSums.Rows wholeBatch(GroupGeometry at) {
    return new ChannelSums.Rows(1, at.n() * at.p(), at.c(), at.p(), at.d());
  }

  private static boolean isSteered(Tensor scaleShift) {
    return scaleShift.shape().size() > 0;
  }

  /** Adds the scales and shifts, null for none. */
  private static CudaKernel.Launch steered(CudaKernel.Launch launch, Tensor scaleShift) {
    return isSteered(scaleShift) ? launch.in(scaleShift) : launch.i64(0);
  }
}
