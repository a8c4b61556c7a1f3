package brume.cuda.emulator;

/** What one instruction does to lanes of a warp that exchange values. */
@FunctionalInterface
interface WarpOp {

  /** Works on the lanes whose bits are set. */
  void run(Warp w, int lanes);
}
