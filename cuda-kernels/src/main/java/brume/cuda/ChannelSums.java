package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;

/**
 * Sums of gradients over positions, channel by channel; the kernels are described in channel_sums.cu.
 */
final class ChannelSums {

  private static final int THREADS = 256; // of a block, at most, as in channel_sums.cu
  private static final int WIDTH = 32; // channels of a block
  private static final int ROWS_OF_THREAD = 4; // at least, before another thread is worth it
  private static final int SHORTEST_PART = 64; // rows

  private final CudaKernel channelSums;
  private final CudaKernel channelTotals;
  private final CudaMemory memory;

  ChannelSums(Driver driver, CudaMemory memory) {
    PtxModule ptx = new PtxModule(driver, "channel_sums");
    this.channelSums = ptx.kernel("channel_sums");
    this.channelTotals = ptx.kernel("channel_totals");
    this.memory = memory;
  }

  /**
   * What is summed up: rows of channels, in segments with sums of their own.
   *
   * @param segments how many
   * @param rows of a segment
   * @param c channels
   */
  record Rows(int segments, int rows, int c) {

    /** A segment for each sample of x (N, ..., C). */
    static Rows perSample(Tensor x) {
      int n = x.shape().dim(0), c = x.shape().dim(-1);
      int rows = x.shape().size() / Math.max(1, n * c);
      return new Rows(n, rows, c);
    }
  }

  /** Σ dy·x for each channel of each sample, then Σ dy, into a tensor (N, 2C). */
  void ofSamples(Tensor x, Tensor dy, Tensor sums) {
    Rows rows = Rows.perSample(x);
    run(
        rows,
        launch -> launch.in(x).i64(0).in(dy),
        totals -> totals.i32(2 * rows.c).into(sums, 0).into(sums, rows.c));
  }

  /** Σ dy·x·rstd for each channel. */
  void ofBatch(Rows rows, Tensor x, Tensor rstd, Tensor dy, Tensor withX) {
    run(
        rows,
        launch -> launch.in(x, rstd, dy),
        totals -> totals.i32(0).out(withX).i64(0));
  }

  /** Adds arguments to a launch. */
  private interface Argued {
    CudaKernel.Launch to(CudaKernel.Launch launch);
  }

  private void run(Rows at, Argued inputs, Argued outputs) {
    int width = Math.min(WIDTH, Integer.highestOneBit(Math.max(1, at.c)));
    int tiles = Tile.ceil(at.c, width);
    long results = (long) at.segments * tiles, size = (long) at.segments * 2 * at.c;
    Parts parts = Parts.of(at.rows, results, size, SHORTEST_PART, 1);
    int height = Math.max(1, Math.min(THREADS / width, parts.length() / ROWS_OF_THREAD));
    try (CudaMemory.Block sums = memory.take(size * parts.count() * Float.BYTES)) {
      inputs
          .to(channelSums
              .grid(Math.multiplyExact(at.segments, parts.count()), tiles)
              .block(width, height))
          .struct(at.rows, at.c, parts.count(), parts.length())
          .scratch(sums)
          .run();
      outputs
          .to(channelTotals
              .over(at.segments * at.c)
              .scratch(sums)
              .i32(at.segments, parts.count(), at.c))
          .run();
    }
  }
}
