package brume.cuda;

/**
 * What recorded work has asked for that every repetition will ask for again: kernels with their sizes and
 * numbers, copied tables. Work that is done twice with other inputs must leave the same, or it cannot be
 * repeated. Mutable; safe for use by many threads, though only one may have it watched.
 */
final class Constants {

  private static final long FACTOR = 0x9e3779b97f4a7c15L; // odd, bits well mixed

  private boolean watching;
  private long digest;
  private long count;

  /**
   * What some work has asked for.
   *
   * @param count of calls
   * @param digest of what they said
   */
  record Found(long count, long digest) {}

  synchronized void begin() {
    watching = true;
    digest = 0;
    count = 0;
  }

  synchronized Found end() {
    watching = false;
    return new Found(count, digest);
  }

  /** Notes a call, if anybody watches. */
  synchronized void add(String call, long... numbers) {
    if (watching) {
      count++;
      mix(call.hashCode());
      for (long number : numbers) {
        mix(number);
      }
    }
  }

  private void mix(long number) {
    digest = (Long.rotateLeft(digest, 23) ^ number) * FACTOR;
  }
}
