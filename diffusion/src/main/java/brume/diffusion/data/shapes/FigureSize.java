package brume.diffusion.data.shapes;

import java.util.Locale;

/** Sizes of figures, their width as a share of that of the picture. */
public enum FigureSize {
  /** 7 to 8.3 of 32 pixels. */
  SMALL(0.22, 0.26),
  /** 11.8 to 13.4 of 32 pixels. */
  LARGE(0.37, 0.42);

  private final double least;
  private final double most;

  FigureSize(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /** A width of this size. */
  double width(double chance) {
    return least + chance * (most - least);
  }

  /**
   * The size that a width is nearest to.
   *
   * @param width a share of the width of the picture
   * @return the size
   */
  public static FigureSize of(double width) {
    return width < (SMALL.most + LARGE.least) / 2 ? SMALL : LARGE;
  }

  /**
   * The word for it.
   *
   * @return such as {@code small}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
