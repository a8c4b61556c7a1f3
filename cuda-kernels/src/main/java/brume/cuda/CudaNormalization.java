package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import java.util.Optional;

/**
 * Normalization on the GPU; the kernels are described in group_norm.cu, rms_norm.cu, scale_shift.cu
 * and channel_sums.cu.
 */
final class CudaNormalization extends CudaGroupNorm {

  private static final int THREADS = 256; // of a block of rms_norm_grad, as in rms_norm.cu
  private static final int TILE = 1024; // channels
  private static final int SHORTEST_PART = 64; // rows

  private final CudaMemory memory;
  private final Arrivals arrivals;
  private final CudaKernel rmsNorm;
  private final CudaKernel rmsNormGrad;
  private final CudaKernel scaleShift;
  private final CudaKernel scaleShiftGrad;
  private final ChannelSums channelSums;

  CudaNormalization(Driver driver, CudaMemory memory, Arrivals arrivals) {
    super(driver, memory, arrivals);
    this.memory = memory;
    this.arrivals = arrivals;
    this.channelSums = new ChannelSums(driver, memory, arrivals);
    PtxModule rms = new PtxModule(driver, "rms_norm");
    this.rmsNorm = rms.kernel("rms_norm");
    this.rmsNormGrad = rms.kernel("rms_norm_grad");
    PtxModule steering = new PtxModule(driver, "scale_shift");
    this.scaleShift = steering.kernel("scale_shift");
    this.scaleShiftGrad = steering.kernel("scale_shift_grad");
  }

  @Override
  public void rmsNorm(Tensor x, Tensor g, Tensor y) {
    int C = g.shape().size(), rows = rows(x, C);
    RowLaunch.of(rmsNorm, rows, C).in(x, g).i64(0, 0).i32(rows, C).out(y).run();
  }

  @Override
  public void rmsNormInBlock(Tensor bias, Tensor x, Tensor g, Optional<Tensor> residual, Tensor y) {
    int C = g.shape().size(), rows = rows(x, C);
    RowLaunch.of(rmsNorm, rows, C)
        .out(x)
        .in(g, bias)
        .inOrNull(residual)
        .i32(rows, C)
        .out(y)
        .run();
  }

  @Override
  public void rmsNormGrad(Tensor x, Tensor g, Tensor dy, Tensor dx, Tensor dg) {
    rmsNormGrad(x, g, dy, Optional.empty(), dx, dg);
  }

  @Override
  public void rmsNormGrad(
      Tensor x, Tensor g, Tensor dy, Optional<Tensor> before, Tensor dx, Tensor dg) {
    int C = g.shape().size(), rows = rows(x, C), tiles = Tile.ceil(C, TILE);
    int lanes = RowLaunch.lanes(C), height = THREADS / lanes;
    Parts parts = Parts.of(rows, tiles, C, SHORTEST_PART, height);
    try (CudaMemory.Block sums = memory.take((long) parts.count() * C * Float.BYTES)) {
      rmsNormGrad
          .grid(parts.count(), tiles)
          .block(lanes, height)
          .sharedBytes(height * Math.min(C, TILE) * Float.BYTES)
          .in(x, g, dy)
          .inOrNull(before)
          .struct(rows, C, parts.length())
          .out(dx)
          .scratch(sums)
          .i64(arrivals.counters(tiles))
          .out(dg)
          .run();
    }
  }

  @Override
  public void scaleShift(Tensor x, Tensor scaleShift, Tensor y) {
    int count = x.shape().size(), C = x.shape().dim(-1);
    this.scaleShift
        .over(count)
        .in(x, scaleShift)
        .i32(count, sample(x), C)
        .out(y)
        .run();
  }

  @Override
  public void scaleShiftGrad(
      Tensor x, Tensor scaleShift, Tensor dy, Tensor dx, Tensor dscaleShift) {
    int count = x.shape().size(), C = x.shape().dim(-1);
    scaleShiftGrad
        .over(count)
        .in(scaleShift, dy)
        .i32(count, sample(x), C)
        .out(dx)
        .run();
    channelSums.ofSamples(x, dy, dscaleShift);
  }

  private static int rows(Tensor x, int channels) {
    return x.shape().size() / Math.max(1, channels);
  }

  private static int sample(Tensor x) {
    return x.shape().size() / Math.max(1, x.shape().dim(0));
  }
}
