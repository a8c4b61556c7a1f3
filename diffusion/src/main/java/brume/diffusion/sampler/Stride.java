package brume.diffusion.sampler;

/** How far a step leads; the two differ where levels do not lie equally far apart. */
public enum Stride {
  /** To the next level that is visited. */
  LEVEL,
  /** T/S times back, rounded down, whatever is visited next. */
  EQUAL
}
