package brume.diffusion.data.shapes;

/**
 * A figure in a picture.
 *
 * @param what its kind and colour
 * @param x of its middle, from 0 for the left edge of the picture to 1
 * @param y of its middle, from 0 for the upper edge to 1
 * @param width of it, as high as wide, as a share of the picture's
 */
public record Figure(Combination what, double x, double y, double width) {

  /**
   * How large it is.
   *
   * @return by its width
   */
  public FigureSize size() {
    return FigureSize.of(width);
  }

  /**
   * Where it is.
   *
   * @return by its middle
   */
  public FigurePlace place() {
    return FigurePlace.of(x, y);
  }

  /**
   * Where it is, seen from another.
   *
   * @param other figure of the picture
   * @return by their middles
   */
  public FigureRelation relationTo(Figure other) {
    return FigureRelation.of(x - other.x, y - other.y);
  }

  /** Whether nobody would say it otherwise: one distance is clearly larger than the other. */
  boolean isClearlyBeside(Figure other) {
    double across = Math.abs(x - other.x), down = Math.abs(y - other.y);
    return Math.abs(across - down) >= 0.12;
  }

  /** Whether at least a gap lies between the squares around both. */
  boolean isApartFrom(Figure other, double gap) {
    double least = (width + other.width) / 2 + gap;
    return Math.abs(x - other.x) >= least || Math.abs(y - other.y) >= least;
  }

  /** Draws it over what is there, (side, side, 3); each pixel is mixed by how much of it is covered. */
  void draw(int side, float[] into, int offset) {
    cover(side, (pixel, covered) -> mix(covered, into, offset + pixel * 3));
  }

  /** How much of each pixel it covers, (side, side) shares. */
  double[] coverage(int side) {
    double[] shares = new double[side * side];
    cover(side, (pixel, covered) -> shares[pixel] = covered);
    return shares;
  }

  private interface Pixels {
    void at(int pixel, double covered);
  }

  private void cover(int side, Pixels pixels) {
    Polygon outline = what.kind().outline().at(x * side, y * side, width * side);
    int top = Math.max(0, (int) outline.least(1)), bottom = (int) Math.ceil(outline.most(1));
    for (int row = top; row < Math.min(side, bottom); row++) {
      Polygon strip = outline.between(1, row, row + 1);
      int left = Math.max(0, (int) strip.least(0)), right = (int) Math.ceil(strip.most(0));
      for (int column = left; column < Math.min(side, right); column++) {
        pixels.at(row * side + column, strip.between(0, column, column + 1).area());
      }
    }
  }

  private void mix(double covered, float[] into, int at) {
    for (int c = 0; c < 3; c++) {
      into[at + c] += (float) (covered * (what.color().channel(c) - into[at + c]));
    }
  }
}
