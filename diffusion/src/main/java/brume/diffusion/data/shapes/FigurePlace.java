package brume.diffusion.data.shapes;

/** Places of a figure that is alone in its picture: three columns and three rows. */
public enum FigurePlace {
  /** Upper left. */
  TOP_LEFT("at the top left"),
  /** Above the middle. */
  TOP("at the top"),
  /** Upper right. */
  TOP_RIGHT("at the top right"),
  /** Left of the middle. */
  LEFT("on the left"),
  /** Neither. */
  MIDDLE("in the middle"),
  /** Right of the middle. */
  RIGHT("on the right"),
  /** Lower left. */
  BOTTOM_LEFT("at the bottom left"),
  /** Below the middle. */
  BOTTOM("at the bottom"),
  /** Lower right. */
  BOTTOM_RIGHT("at the bottom right");

  private static final double NEAR = 0.1; // of the side: as far from the middle it is in the middle

  private final String words;

  FigurePlace(String words) {
    this.words = words;
  }

  /**
   * The place of a point.
   *
   * @param x from 0 for left to 1 for right
   * @param y from 0 for top to 1 for bottom
   * @return the place
   */
  public static FigurePlace of(double x, double y) {
    return values()[3 * third(y) + third(x)];
  }

  private static int third(double at) {
    return at < 0.5 - NEAR ? 0 : at > 0.5 + NEAR ? 2 : 1;
  }

  /**
   * The words for it.
   *
   * @return such as {@code at the top left}
   */
  @Override
  public String toString() {
    return words;
  }
}
