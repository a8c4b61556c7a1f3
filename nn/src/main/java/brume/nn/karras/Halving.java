package brume.nn.karras;

import java.util.Locale;

/** What becomes smaller from one stage of a network to the next. */
public enum Halving {
  /** All axes; the only one for sequences and images. */
  ALL,
  /** Height and width of a video. */
  IMAGE,
  /** The number of frames of a video. */
  FRAME;

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
