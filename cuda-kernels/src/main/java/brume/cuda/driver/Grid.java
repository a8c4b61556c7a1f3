package brume.cuda.driver;

import brume.tensor.Text;

/**
 * The shape of a launch: a grid of blocks of threads.
 *
 * @param gridX blocks along x
 * @param gridY blocks along y
 * @param gridZ blocks along z
 * @param blockX threads of a block along x
 * @param blockY threads of a block along y
 * @param blockZ threads of a block along z
 * @param sharedBytes dynamic shared memory of a block, beside what the kernel declares
 */
public record Grid(
    int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {

  /** Largest number of threads of a block. */
  public static final int MAX_THREADS = 1024;

  /** Largest number of blocks along y and z. */
  public static final int MAX_BLOCKS_YZ = 65_535;

  /** Refuses shapes that no device launches. {@inheritDoc} */
  public Grid {
    boolean positive = Math.min(Math.min(gridX, gridY), gridZ) >= 1
        && Math.min(Math.min(blockX, blockY), blockZ) >= 1
        && sharedBytes >= 0;
    if (!positive
        || gridY > MAX_BLOCKS_YZ
        || gridZ > MAX_BLOCKS_YZ
        || blockZ > 64
        || (long) blockX * blockY * blockZ > MAX_THREADS) {
      throw new IllegalArgumentException(Text.of(
          "launch: expected at least one block of 1 to %d threads, at most 64 along z, and at most %d"
              + " blocks along y and z, got grid (%d, %d, %d), block (%d, %d, %d), %d shared bytes",
          MAX_THREADS, MAX_BLOCKS_YZ, gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes));
    }
  }

  /**
   * A row of blocks.
   *
   * @param blocks how many
   * @param threads of each block
   * @return the grid, without dynamic shared memory
   */
  public static Grid of(int blocks, int threads) {
    return new Grid(blocks, 1, 1, threads, 1, 1, 0);
  }

  /**
   * The same grid with dynamic shared memory.
   *
   * @param bytes of each block
   * @return the grid
   */
  public Grid withShared(int bytes) {
    return new Grid(gridX, gridY, gridZ, blockX, blockY, blockZ, bytes);
  }

  /**
   * Threads of one block.
   *
   * @return between 1 and {@link #MAX_THREADS}
   */
  public int threads() {
    return blockX * blockY * blockZ;
  }

  /**
   * How many blocks run, in all three directions.
   *
   * @return at least 1
   */
  public long blocks() {
    return (long) gridX * gridY * gridZ;
  }
}
