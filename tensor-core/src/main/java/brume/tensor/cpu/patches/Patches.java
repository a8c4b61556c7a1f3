package brume.tensor.cpu.patches;

/**
 * The patches of one task as rows of a matrix A, in scratch space. A row is made of {@link #taps()}
 * pieces for each group of channels; a piece is contiguous, and lies at the same distance from the
 * start of its row in all rows.
 */
public interface Patches {

  /** Shortest piece for which multiplying where the image lies beats copying it patch by patch. */
  int SHORTEST_PIECE = 24;

  /**
   * The better way to lay out patches.
   *
   * @param at the patches
   * @param bands the tasks
   * @return in a padded copy of the image if pieces are long enough, or one by one
   */
  static Patches of(PatchGeometry at, Bands bands) {
    return PaddedPatches.piece(at) >= SHORTEST_PIECE
        ? new PaddedPatches(at, bands)
        : new UnfoldedPatches(at, bands);
  }

  /**
   * Elements of scratch space.
   *
   * @return enough for one task
   */
  int length();

  /**
   * Pieces of a patch of one group.
   *
   * @return 1 or more
   */
  int taps();

  /**
   * Elements of a piece; {@code taps()*piece()} is the depth of the patch.
   *
   * @return 1 or more
   */
  int piece();

  /**
   * Where a piece starts.
   *
   * @param group of channels
   * @param tap number of the piece
   * @return elements from the start of a row
   */
  int shift(int group, int tap);

  /**
   * Where the rows of a task start, patch by patch; a task may have fewer.
   *
   * @return elements from the start of the scratch space, one for each patch
   */
  int[] rows();

  /**
   * Lays out the patches of one task.
   *
   * @param x (N, H, W, C) images
   * @param task its number
   * @param scratch receives them
   */
  void fill(float[] x, int task, float[] scratch);
}
