package brume.tensor.cpu.norm;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.NormalizationKernels;
import java.util.Arrays;
import java.util.Optional;

/**
 * Normalization on the CPU. Group normalization, with and without SiLU, is a way through the blocks
 * of a sample ({@link CpuGroupNorm}) and what is done to each block ({@link NormColumns}); the scale
 * and shift of a time step is the same with xhat = x. Layer and RMS normalization go along rows.
 */
public final class CpuNormalization implements NormalizationKernels {

  private static final float[] NONE = {};

  private final Workers workers;
  private final FloatPool pool;
  private final CpuGroupNorm groupNorm;
  private final CpuLayerNorm layerNorm;
  private final CpuRmsNorm rmsNorm;

  /**
   * A kernel.
   *
   * @param workers the threads
   * @param pool lends scratch space
   */
  public CpuNormalization(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
    groupNorm = new CpuGroupNorm(workers, pool);
    layerNorm = new CpuLayerNorm(workers, pool);
    rmsNorm = new CpuRmsNorm(workers, pool);
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
    if (isOfRows(at)) {
      layerNorm.forward(x, gamma, beta, eps, y, mean, rstd);
      return;
    }
    groupNorm.forward(
        at, x, gamma, beta, NONE, eps, y, mean, rstd, NormColumns::normalize, Around.NOTHING);
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
    if (isOfRows(at)) {
      layerNorm.backward(x, gamma, mean, rstd, dy, dx, dgamma, dbeta);
      return;
    }
    float[] dys = floats(dy);
    float[] noBetas = pool.take(at.c()); // the gradient does not depend on beta
    Arrays.fill(noBetas, 0);
    CpuGroupNorm.Measure measure = (xs, first, rows, C, factors, k, sums, to) ->
        NormColumns.sums(xs, dys, first, rows, C, factors, k, sums, to);
    groupNorm.backward(
        at, x, gamma, noBetas, NONE, mean, rstd, measure, dys, dx, dgamma, dbeta, NONE);
    pool.give(noBetas);
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
    Optional<Tensor> nothing = Optional.empty();
    groupNormSiLUInBlock(at, nothing, x, gamma, beta, scaleShift, nothing, eps, y, mean, rstd);
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
    groupNorm.forward(
        at,
        x,
        gamma,
        beta,
        steering(scaleShift),
        eps,
        y,
        mean,
        rstd,
        NormColumns::normalizeSiLU,
        Around.of(bias, x, residual));
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
    float[] dys = floats(dy), dus = writableFloats(dx); // du goes where dx will be
    CpuGroupNorm.Measure measure = (xs, first, rows, C, factors, k, sums, to) ->
        NormColumns.sumsSiLU(xs, dys, first, rows, C, factors, k, dus, sums, to);
    groupNorm.backward(
        at,
        x,
        gamma,
        floats(beta),
        steering(scaleShift),
        mean,
        rstd,
        measure,
        dus,
        dx,
        dgamma,
        dbeta,
        writableFloats(dscaleShift));
    return Optional.empty();
  }

  @Override
  public void rmsNorm(Tensor x, Tensor g, Tensor y) {
    rmsNorm.forward(x, g, y, Around.NOTHING);
  }

  @Override
  public void rmsNormInBlock(Tensor bias, Tensor x, Tensor g, Optional<Tensor> residual, Tensor y) {
    rmsNorm.forward(x, g, y, Around.of(Optional.of(bias), x, residual));
  }

  @Override
  public void rmsNormGrad(Tensor x, Tensor g, Tensor dy, Tensor dx, Tensor dg) {
    rmsNorm.backward(x, g, dy, dx, dg);
  }

  @Override
  public void scaleShift(Tensor x, Tensor scaleShift, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    SampleBlocks blocks = blocks(x);
    int C = blocks.c();
    float[] factors = pool.take(Shape.product(blocks.n(), 4, C));
    blocks.forEach(
        workers,
        n -> steer(C, n, floats(scaleShift), C, factors),
        (n, block) -> NormColumns.normalize(
            xs, blocks.first(n, block), blocks.rowsOf(block), C, factors, n * 4 * C, ys),
        n -> {},
        (n, block) -> {});
    pool.give(factors);
  }

  @Override
  public void scaleShiftGrad(
      Tensor x, Tensor scaleShift, Tensor dy, Tensor dx, Tensor dscaleShift) {
    float[] xs = floats(x),
        dys = floats(dy),
        dxs = writableFloats(dx),
        das = writableFloats(dscaleShift);
    SampleBlocks blocks = blocks(x);
    int C = blocks.c();
    float[] factors = pool.take(Shape.product(blocks.n(), 4, C));
    float[] partial =
        pool.take(Shape.product(blocks.n(), blocks.count(), 2, C)); // sums of dy, of dy*x
    blocks.forEach(
        workers,
        n -> steer(C, n, floats(scaleShift), 0, factors),
        (n, block) -> {
          int first = blocks.first(n, block), rows = blocks.rowsOf(block), k = n * 4 * C;
          int to = blocks.index(n, block) * 2 * C;
          NormColumns.sums(xs, dys, first, rows, C, factors, k, partial, to);
          NormColumns.normalize(dys, first, rows, C, factors, k, dxs);
        },
        n -> {
          double[] sums = blocks.sumsOfSample(n, partial);
          for (int c = 0; c < C; c++) {
            das[n * 2 * C + c] = (float) sums[C + c];
            das[n * 2 * C + C + c] = (float) sums[c];
          }
        },
        (n, block) -> {});
    pool.give(factors);
    pool.give(partial);
  }

  private static boolean isOfRows(GroupGeometry at) {
    return at.p() == 1 && at.g() == 1;
  }

  private static float[] steering(Tensor scaleShift) {
    return scaleShift.shape().size() == 0 ? NONE : floats(scaleShift);
  }

  private static SampleBlocks blocks(Tensor x) {
    int N = x.shape().dim(0), C = x.shape().dim(-1);
    return SampleBlocks.of(N, x.shape().size() / Math.max(1, N * C), C);
  }

  /** Factors of u = x*(1 + a) + b, with b left out unless its offset is given. */
  private static void steer(int C, int n, float[] scaleShift, int shiftAt, float[] factors) {
    int k = n * 4 * C;
    for (int c = 0; c < C; c++) {
      factors[k + c] = 0;
      factors[k + C + c] = 1;
      factors[k + 2 * C + c] = 1 + scaleShift[n * 2 * C + c];
      factors[k + 3 * C + c] = shiftAt == 0 ? 0 : scaleShift[n * 2 * C + shiftAt + c];
    }
  }
}
