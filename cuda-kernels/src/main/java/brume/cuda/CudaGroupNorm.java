package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.GroupGeometry;
import java.util.Optional;

/** Group normalization on the GPU; the kernels are described in group_norm.cu. */
final class CudaGroupNorm {

  private static final int WARP = 32;
  private static final int THREADS = 256; // of a block, at most

  private final CudaKernel groupNorm;
  private final CudaKernel groupNormSiLU;
  private final CudaKernel groupNormGrad;
  private final CudaKernel groupNormSiLUGrad;
  private final CudaKernel groupNormTotals;

  CudaGroupNorm(Driver driver) {
    PtxModule ptx = new PtxModule(driver, "group_norm");
    this.groupNorm = ptx.kernel("group_norm");
    this.groupNormSiLU = ptx.kernel("group_norm_silu");
    this.groupNormGrad = ptx.kernel("group_norm_grad");
    this.groupNormSiLUGrad = ptx.kernel("group_norm_silu_grad");
    this.groupNormTotals = ptx.kernel("group_norm_totals");
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
    Blocks blocks = Blocks.of(at);
    try (Scope scratch = Scope.open()) {
      Tensor sums = sums(at, x);
      blocks
          .launch(groupNormGrad)
          .in(x, gamma, mean, rstd, dy)
          .struct(blocks.struct())
          .out(dx, sums)
          .run();
      groupNormTotals
          .over(at.c())
          .in(gamma)
          .i64(0, 0)
          .in(sums)
          .i32(at.n(), at.c())
          .out(dgamma, dbeta)
          .i64(0, 0)
          .run();
    }
  }

  void forwardSiLU(
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
    Blocks blocks = Blocks.of(at);
    CudaKernel.Launch launch = blocks.launch(groupNormSiLU);
    orNull(bias, bias.isPresent() ? launch.out(x) : launch.in(x)).in(gamma, beta);
    orNull(residual, steered(launch, scaleShift))
        .struct(blocks.struct())
        .f32(eps)
        .out(y, mean, rstd)
        .run();
  }

  /** Returns Σ dx for each channel. */
  Tensor backwardSiLU(
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
    Tensor dxSums = gamma.like();
    try (Scope scratch = Scope.open()) {
      Tensor sums = sums(at, x);
      steered(blocks.launch(groupNormSiLUGrad).in(x, gamma, beta), scaleShift)
          .in(mean, rstd, dy)
          .struct(blocks.struct())
          .out(dx, sums)
          .run();
      CudaKernel.Launch totals = steered(groupNormTotals.over(at.c()).in(gamma, beta), scaleShift)
          .in(sums)
          .i32(at.n(), at.c())
          .out(dgamma, dbeta);
      (isSteered(scaleShift) ? totals.out(dscaleShift) : totals.i64(0))
          .out(dxSums)
          .run();
    }
    return dxSums;
  }

  /** Room for S, T and U of each sample. */
  private static Tensor sums(GroupGeometry at, Tensor x) {
    return x.like(Shape.of(at.n(), 3 * at.c()));
  }

  private static boolean isSteered(Tensor scaleShift) {
    return scaleShift.shape().size() > 0;
  }

  private static CudaKernel.Launch orNull(Optional<Tensor> tensor, CudaKernel.Launch launch) {
    return tensor.map(launch::in).orElseGet(() -> launch.i64(0));
  }

  /** Adds the scales and shifts, null for none. */
  private static CudaKernel.Launch steered(CudaKernel.Launch launch, Tensor scaleShift) {
    return isSteered(scaleShift) ? launch.in(scaleShift) : launch.i64(0);
  }
}
