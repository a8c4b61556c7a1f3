package brume.cuda.emulator;

/** Compares two registers of neighboring lanes. */
@FunctionalInterface
interface Comparison {

  /** The lanes from {@code from} to {@code to - 1} where it holds. */
  int lanes(Warp w, int from, int to);

  /** The same comparison with the opposite outcome. */
  default Comparison negated() {
    return (w, from, to) -> ~lanes(w, from, to) & Lanes.range(from, to);
  }
}
