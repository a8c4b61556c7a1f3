package brume.cuda.emulator;

/** Sets of lanes of a warp as the bits of an int. */
final class Lanes {

  /** Threads of a warp. */
  static final int COUNT = 32;

  private Lanes() {}

  /** Lanes {@code from} to {@code to - 1}. */
  static int range(int from, int to) {
    return (int) (((1L << to) - 1) & -(1L << from));
  }

  static boolean has(int lanes, int lane) {
    return (lanes >>> lane & 1) != 0;
  }

  static int first(int lanes) {
    return Integer.numberOfTrailingZeros(lanes);
  }

  /** First lane after {@code from} that is not in the set. */
  static int endOfRun(int lanes, int from) {
    int rest = ~lanes & -1 << from;
    return rest == 0 ? COUNT : Integer.numberOfTrailingZeros(rest);
  }
}
