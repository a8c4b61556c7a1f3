package brume.tensor.cpu.gemm;

/**
 * Which of two ways of doing the same is faster on this machine, found out while both work. They must
 * give the same bits, for the clock decides which is taken.
 *
 * <p>The two take turns for the first sixteen times, then the one whose best was better goes on alone.
 * After 256 times, 4096 and so on the contest is held again: the first may have come before a way was
 * compiled. Thread-safe.
 */
final class FasterWay {

  private static final int TRIES = 16;

  private final double[] best = new double[2];
  private long times;
  private long nextContest;
  private int tries;

  FasterWay() {}

  /**
   * Says which way to go now, and is to be told how long it {@link #took}.
   *
   * @return true for the first
   */
  synchronized boolean first() {
    if (times == nextContest) {
      best[0] = Double.MAX_VALUE;
      best[1] = Double.MAX_VALUE;
      tries = TRIES;
      nextContest = Math.max(TRIES, times) * TRIES;
    }
    times++;
    if (tries > 0) {
      tries--;
      return tries % 2 == 1;
    }
    return best[0] <= best[1];
  }

  /**
   * Tells what it cost.
   *
   * @param first the way that was gone
   * @param nanos that it took
   * @param work how much was done, in any unit
   */
  synchronized void took(boolean first, long nanos, long work) {
    int way = first ? 0 : 1;
    best[way] = Math.min(best[way], (double) nanos / work);
  }
}
