package brume.cuda;

/**
 * The shares of a sum that blocks compute by themselves. They depend on nothing but the number of
 * elements, so that a sum has the same bits in every run.
 *
 * @param count number of blocks
 * @param threads of each block, a power of two
 */
record Pieces(int count, int threads) {

  private static final int MOST_THREADS = 256;
  private static final int PER_THREAD = 8;
  private static final int MOST = 512; // enough to keep the largest GPU busy

  static Pieces of(int elements) {
    int threads = Math.min(MOST_THREADS, Integer.highestOneBit(Math.max(1, elements / PER_THREAD)));
    int perBlock = threads * PER_THREAD;
    return new Pieces(Math.min(MOST, Math.max(0, elements - 1) / perBlock + 1), threads);
  }

  /** A launch of these blocks, which fold doubles. */
  CudaKernel.Launch launch(CudaKernel kernel) {
    return kernel.grid(count).block(threads).sharedDoubles(threads);
  }

  /** A launch of one block that folds what these found. */
  CudaKernel.Launch launchLast(CudaKernel kernel) {
    Pieces last = of(count);
    return kernel.grid(1).block(last.threads).sharedDoubles(last.threads);
  }

  /** Room for the sum of each block. */
  CudaMemory.Block room(CudaMemory memory) {
    return memory.take((long) count * Double.BYTES);
  }
}
