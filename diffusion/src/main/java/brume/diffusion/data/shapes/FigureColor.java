package brume.diffusion.data.shapes;

import java.util.Locale;

/** Colours of figures, far from each other in hue. */
public enum FigureColor {
  /** Hue 0. */
  RED(0.92, 0.10, 0.10),
  /** Hue 125. */
  GREEN(0.10, 0.72, 0.15),
  /** Hue 227. */
  BLUE(0.14, 0.32, 0.97),
  /** Hue 54. */
  YELLOW(0.97, 0.87, 0.10),
  /** Hue 288. */
  PURPLE(0.72, 0.16, 0.86),
  /** Hue 183. */
  CYAN(0.10, 0.82, 0.86);

  /** Red, green and blue of what lies behind all figures. */
  static final double BACKGROUND = 0.08;

  private final double[] channels;

  FigureColor(double red, double green, double blue) {
    this.channels = new double[] {red, green, blue};
  }

  /**
   * One of its three numbers.
   *
   * @param c 0 for red, 1 for green, 2 for blue
   * @return in [0, 1], as it stands in a picture
   */
  public double channel(int c) {
    return channels[c];
  }

  /**
   * The word for it.
   *
   * @return such as {@code red}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
