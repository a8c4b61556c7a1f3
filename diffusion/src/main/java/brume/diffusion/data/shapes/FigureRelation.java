package brume.diffusion.data.shapes;

/** Where one figure lies, seen from another. */
public enum FigureRelation {
  /** It lies left. */
  LEFT_OF("left of"),
  /** It lies right. */
  RIGHT_OF("right of"),
  /** It lies above. */
  ABOVE("above"),
  /** It lies below. */
  BELOW("below");

  private final String words;

  FigureRelation(String words) {
    this.words = words;
  }

  /**
   * The one that is truest of two figures.
   *
   * @param dx how much farther right the first lies
   * @param dy how much farther down the first lies
   * @return by the larger of the two distances
   */
  public static FigureRelation of(double dx, double dy) {
    return Math.abs(dx) >= Math.abs(dy) ? dx < 0 ? LEFT_OF : RIGHT_OF : dy < 0 ? ABOVE : BELOW;
  }

  /**
   * The words for it.
   *
   * @return such as {@code left of}
   */
  @Override
  public String toString() {
    return words;
  }
}
