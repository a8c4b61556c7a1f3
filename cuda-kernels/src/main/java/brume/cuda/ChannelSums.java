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
  private final CudaMemory memory;
  private final Arrivals arrivals;

  ChannelSums(Driver driver, CudaMemory memory, Arrivals arrivals) {
    this.channelSums = new PtxModule(driver, "channel_sums").kernel("channel_sums");
    this.memory = memory;
    this.arrivals = arrivals;
  }

  /** Σ dy·x for each channel of each sample of x (N, ..., C), then Σ dy, into a tensor (N, 2C). */
  void ofSamples(Tensor x, Tensor dy, Tensor totals) {
    int n = x.shape().dim(0), c = x.shape().dim(-1);
    int rows = x.shape().size() / Math.max(1, n * c);
    int width = Math.min(WIDTH, Integer.highestOneBit(Math.max(1, c)));
    int tiles = Tile.ceil(c, width);
    long size = (long) n * 2 * c;
    Parts parts = Parts.of(rows, (long) n * tiles, size, SHORTEST_PART, 1);
    int height = Math.max(1, Math.min(THREADS / width, parts.length() / ROWS_OF_THREAD));
    try (CudaMemory.Block sums = memory.take(size * parts.count() * Float.BYTES)) {
      channelSums
          .grid(Math.multiplyExact(n, parts.count()), tiles)
          .block(width, height)
          .in(x, dy)
          .struct(rows, c, parts.count(), parts.length())
          .scratch(sums)
          .i64(arrivals.counters(Math.multiplyExact(n, tiles)))
          .out(totals)
          .run();
    }
  }
}
