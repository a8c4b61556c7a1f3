package brume.nn.text;

/**
 * Distances between tokens as T5 tells them: near ones each for itself, farther ones in buckets that grow
 * with the logarithm; the first half of the buckets looks back, the second forward.
 *
 * @see <a href="https://arxiv.org/abs/1910.10683">Raffel et al., Exploring the Limits of Transfer Learning
 *     with a Unified Text-to-Text Transformer (2020), §2.1</a>
 */
public final class RelativeBuckets {

  private RelativeBuckets() {}

  /**
   * The bucket of a distance.
   *
   * @param distance of the key from the query, positive where the key stands behind it
   * @param buckets their number, for both directions
   * @param farthest distance; all beyond share the last bucket
   * @return 0 to {@code buckets} − 1
   */
  public static int of(int distance, int buckets, int farthest) {
    int half = buckets / 2, near = half / 2, far = Math.abs(distance);
    int first = distance > 0 ? half : 0;
    if (far < near) {
      return first + far;
    }
    // In single precision as the original, which decides at the edges of buckets.
    float logarithm = (float) Math.log((float) far / near);
    float share = logarithm / (float) Math.log((double) farthest / near);
    int grown = near + (int) (share * (half - near));
    return first + Math.min(grown, half - 1);
  }

  /** For all queries of a row, the buckets of all keys: (L, L). */
  static int[] table(int length, int buckets, int farthest) {
    int[] table = new int[length * length];
    for (int i = 0; i < table.length; i++) {
      table[i] = of(i % length - i / length, buckets, farthest);
    }
    return table;
  }
}
