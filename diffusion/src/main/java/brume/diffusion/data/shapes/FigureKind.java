package brume.diffusion.data.shapes;

import java.util.Locale;

/** Kinds of figures, each a polygon that touches all sides of a square of side 1 around the origin. */
public enum FigureKind {
  /** As wide as high. */
  CIRCLE(circle()),
  /** Its sides are those of the picture. */
  SQUARE(-0.5, -0.5, 0.5, -0.5, 0.5, 0.5, -0.5, 0.5),
  /** It stands on its base and is as high as wide. */
  TRIANGLE(0, -0.5, 0.5, 0.5, -0.5, 0.5),
  /** Two bars, one upright. */
  CROSS(cross());

  private static final int CORNERS = 64; // of a circle: its area is 0.2% too small
  private static final double HALF_BAR = 0.18;

  private final Polygon outline;

  FigureKind(double... corners) {
    this.outline = new Polygon(corners);
  }

  private static double[] circle() {
    double[] corners = new double[2 * CORNERS];
    for (int i = 0; i < CORNERS; i++) {
      corners[2 * i] = Math.cos(2 * Math.PI * i / CORNERS) / 2;
      corners[2 * i + 1] = Math.sin(2 * Math.PI * i / CORNERS) / 2;
    }
    return corners;
  }

  private static double[] cross() {
    double a = HALF_BAR, b = 0.5;
    return new double[] {
      -a, -b, a, -b, a, -a, b, -a, b, a, a, a, a, b, -a, b, -a, a, -b, a, -b, -a, -a, -a
    };
  }

  /** Corners in the order of the way around, y downward. */
  Polygon outline() {
    return outline;
  }

  /**
   * The word for it.
   *
   * @return such as {@code circle}
   */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
