package brume.diffusion.data;

/** What becomes of a picture that is longer or wider than the size it is brought to. */
public enum Crop {
  /** Its middle is kept. */
  CENTER,
  /** Some part of it is kept, drawn anew each time. */
  RANDOM,
  /** All of it is kept, longer or wider than it was. */
  NONE
}
