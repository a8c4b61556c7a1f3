package brume.tensor.random;

/**
 * The counter-based generator Philox4x32-10: a keyed scrambling of 128-bit counters, ten rounds of
 * multiplying and mixing four 32-bit words. Equal keys and counters give equal words on every machine.
 *
 * @see <a href="https://doi.org/10.1145/2063384.2063405">Salmon, Moraes, Dror and Shaw, Parallel Random
 *     Numbers: As Easy as 1, 2, 3 (2011), section 4.3</a>
 */
public final class Philox {

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_2 = 0xCD9E8D57L;
  private static final int KEY_STEP_0 = 0x9E3779B9; // the golden ratio
  private static final int KEY_STEP_1 = 0xBB67AE85; // √3 − 1

  private Philox() {}

  /**
   * Scrambles one counter. Of each {@code long}, the lower half is the word of lower number.
   *
   * @param key words 0 and 1 of the key
   * @param counterLow words 0 and 1 of the counter
   * @param counterHigh words 2 and 3 of the counter
   * @param words receives the four random words
   */
  public static void block(long key, long counterLow, long counterHigh, int[] words) {
    int k0 = (int) key, k1 = (int) (key >>> 32);
    int c0 = (int) counterLow, c1 = (int) (counterLow >>> 32);
    int c2 = (int) counterHigh, c3 = (int) (counterHigh >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(c0);
      long product2 = MULTIPLIER_2 * Integer.toUnsignedLong(c2);
      c0 = (int) (product2 >>> 32) ^ c1 ^ k0;
      c1 = (int) product2;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += KEY_STEP_0;
      k1 += KEY_STEP_1;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
  }
}
