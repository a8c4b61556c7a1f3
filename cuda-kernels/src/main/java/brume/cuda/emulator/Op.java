package brume.cuda.emulator;

/** What one instruction does to neighboring lanes of a warp, each by itself. */
@FunctionalInterface
interface Op {

  /** Does nothing. */
  Op NOTHING = (w, from, to) -> {};

  /** Works on lanes {@code from} to {@code to - 1}. */
  void run(Warp w, int from, int to);
}
