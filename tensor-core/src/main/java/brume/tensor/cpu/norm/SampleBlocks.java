package brume.tensor.cpu.norm;

import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import java.util.function.IntConsumer;

/**
 * The positions of every sample of (N, P, C) in blocks that fit the first-level cache, and the order
 * in which a normalization visits them: measure all of a sample, combine, then apply.
 *
 * @param n samples
 * @param p positions per sample
 * @param c channels
 * @param rows positions per block, the last of a sample perhaps fewer
 */
record SampleBlocks(int n, int p, int c, int rows) {

  // Below this, samples are too few to keep the threads busy, and blocks are handed out instead.
  private static final int MANY_SAMPLES = 4;

  /** Work on one block of one sample. */
  @FunctionalInterface
  interface Task {
    /**
     * Works on a block.
     *
     * @param n sample
     * @param block number of the block in its sample
     */
    void accept(int n, int block);
  }

  /** Cuts (N, P, C) into blocks, as even as can be: threads share those of a single sample. */
  static SampleBlocks of(int n, int p, int c) {
    return new SampleBlocks(n, p, c, Pieces.even(p, Columns.rowsPerBlock(c)));
  }

  /** Blocks per sample. */
  int count() {
    return Pieces.count(p, rows);
  }

  /** Number of a block among those of all samples. */
  int index(int n, int block) {
    return n * count() + block;
  }

  /** First element of a block. */
  int first(int n, int block) {
    return (n * p + block * rows) * c;
  }

  /** Positions in a block. */
  int rowsOf(int block) {
    return Math.min(rows, p - block * rows);
  }

  /**
   * Four stages over all samples. Each sees what the one before it did to the same sample.
   *
   * @param workers the threads
   * @param prepare what to do with each sample first
   * @param measure what to do with each block then
   * @param combine what to do with each sample then
   * @param apply what to do with each block last
   */
  void forEach(
      Workers workers, IntConsumer prepare, Task measure, IntConsumer combine, Task apply) {
    if (n >= MANY_SAMPLES) {
      workers.forEach(n, sample -> {
        prepare.accept(sample);
        forEachBlock(sample, measure);
        combine.accept(sample);
        forEachBlock(sample, apply);
      });
      return;
    }
    int count = count();
    workers.forEach(n, prepare);
    workers.forEach(n * count, i -> measure.accept(i / count, i % count));
    workers.forEach(n, combine);
    workers.forEach(n * count, i -> apply.accept(i / count, i % count));
  }

  /** The two sums per channel of all blocks of a sample, added up. */
  double[] sumsOfSample(int sample, float[] partial) {
    double[] sums = new double[2 * c];
    for (int block = 0; block < count(); block++) {
      int at = index(sample, block) * sums.length;
      for (int i = 0; i < sums.length; i++) {
        sums[i] += partial[at + i];
      }
    }
    return sums;
  }

  private void forEachBlock(int sample, Task task) {
    for (int block = 0; block < count(); block++) {
      task.accept(sample, block);
    }
  }
}
