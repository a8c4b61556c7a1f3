package brume.cuda;

/**
 * A long sum cut into parts that blocks compute side by side. It depends on sizes only and not on how
 * many multiprocessors a device has, so that all devices add the numbers in the same order.
 *
 * @param count number of parts, at least 1
 * @param length of each part but the last, which may be shorter
 */
record Parts(int count, int length) {

  private static final int ENOUGH_BLOCKS = 512; // a few for each multiprocessor of a large GPU
  private static final int MOST_SCRATCH = 1 << 24; // numbers

  /**
   * Cuts the sums of a result.
   *
   * @param terms of each sum
   * @param blocks that compute the result if nothing is cut
   * @param size numbers of the result, which every part has a copy of
   * @param shortest terms of a part
   * @param unit what the length is a multiple of, if there is more than one part
   * @return the parts
   */
  static Parts of(int terms, long blocks, long size, int shortest, int unit) {
    long wanted = Math.min(terms / shortest, ENOUGH_BLOCKS / Math.max(1, blocks));
    int count = (int) Math.min(wanted, MOST_SCRATCH / Math.max(1, size));
    if (count <= 1) {
      return new Parts(1, Math.max(1, terms));
    }
    int length = Tile.ceil(Tile.ceil(terms, count), unit) * unit;
    return new Parts(Tile.ceil(terms, length), length);
  }
}
