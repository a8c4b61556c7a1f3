package brume.cuda;

/** Launches of kernels in which neighboring lanes of a warp share a row; see lanes.cuh. */
final class RowLaunch {

  private static final int WARP = 32;
  private static final int THREADS = 128; // of a block, if there are rows enough

  private RowLaunch() {}

  /**
   * A launch for all rows.
   *
   * @param kernel takes rows along y
   * @param rows how many
   * @param length numbers of a row
   * @return the launch, to be given its arguments
   */
  static CudaKernel.Launch of(CudaKernel kernel, int rows, int length) {
    int lanes = lanes(length);
    int together = WARP / lanes;
    while (together * lanes < THREADS && together < rows) {
      together *= 2;
    }
    return kernel.grid(Tile.ceil(rows, together)).block(lanes, together);
  }

  /** How many lanes share a row. */
  static int lanes(int length) {
    return Integer.highestOneBit(Math.max(1, Math.min(WARP, length)));
  }
}
