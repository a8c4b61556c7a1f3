package brume.diffusion.data.shapes;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the figures of a picture and says whether they are those that were wanted. There is nothing learned in
 * it.
 *
 * <p>A pixel p, less the ground g, is explained by the colour k of which the least is left over,
 *
 * <pre>
 *   p − g = a·(k − g) + rest          a in [0, 1], how much of the pixel is covered
 * </pre>
 *
 * <p>so that soft edges have the colour of their figure. Pixels of one colour with a of {@value #COVERED} or more that
 * touch are one spot; a spot of less than a third of the smallest figure's area is dirt. Of the covered shares around a spot the
 * sum is its area, and their middle is its place, which blur leaves alone; of each kind there is one figure of
 * that area at that place. The kind is the one whose drawing, sharp or as soft as decoders make it, differs least from the
 * shares; if all differ much, the spot is of no kind.
 */
public final class ShapeJudge {

  private static final double COVERED = 0.4;
  private static final double SMALLEST =
      0.008; // share of the picture: of a small triangle it is 0.024
  private static final double UNLIKE = 0.3; // squared differences over squares of what is there
  private static final int CHANNELS = 3;
  private static final int SOFTER = 4; // degrees of blur, the last of 1.4 of 32 pixels

  private static final int LEAST = 12, MOST = 1024; // pixels of a side

  private final int side;

  private ShapeJudge(int side) {
    this.side = side;
  }

  /**
   * A judge of pictures of one size.
   *
   * @param side height and width in pixels, 12 to 1024
   * @return the judge
   */
  public static ShapeJudge of(int side) {
    if (side < LEAST || side > MOST) {
      throw new IllegalArgumentException(Text.of(
          "shapes: expected pictures of %d to %d pixels a side, got %d", LEAST, MOST, side));
    }
    return new ShapeJudge(side);
  }

  /**
   * Judges a picture.
   *
   * @param picture (side, side, 3) values in [0, 1]
   * @param wanted what it shall show
   * @return what it shows, and whether that is it
   */
  public Judgement judge(float[] picture, Wanted wanted) {
    Looking looking = new Looking(picture);
    return Judgement.of(looking.figures, looking.unclear, wanted);
  }

  /**
   * Finds the figures of a picture.
   *
   * @param picture (side, side, 3) values in [0, 1]
   * @return those of clear kinds, from top to bottom
   */
  public List<Figure> figures(float[] picture) {
    return List.copyOf(new Looking(picture).figures);
  }

  /** One look at a picture. */
  private final class Looking {

    private final float[] picture;
    private final int[] color = new int[side * side]; // of each pixel, -1 for the ground
    private final boolean[] seen = new boolean[side * side];
    private final List<Figure> figures = new ArrayList<>();
    private int unclear;

    Looking(float[] picture) {
      if (picture.length != side * side * CHANNELS) {
        throw new IllegalArgumentException(Text.of(
            "shapes: expected a picture of %d x %d x %d numbers, got %d",
            side, side, CHANNELS, picture.length));
      }
      this.picture = picture;
      for (int i = 0; i < color.length; i++) {
        color[i] = color(i);
      }
      for (int i = 0; i < color.length; i++) {
        if (color[i] >= 0 && !seen[i]) {
          look(spot(i));
        }
      }
    }

    private int color(int pixel) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY, share = 0;
      for (FigureColor each : FigureColor.values()) {
        double a = Math.max(0, Math.min(1, share(pixel, each))), rest = 0;
        for (int c = 0; c < CHANNELS; c++) {
          double left = above(pixel, c) - a * (each.channel(c) - FigureColor.BACKGROUND);
          rest += left * left;
        }
        if (rest < least) {
          least = rest;
          share = a;
          best = each.ordinal();
        }
      }
      return share >= COVERED ? best : -1;
    }

    private double above(int pixel, int c) {
      return picture[pixel * CHANNELS + c] - FigureColor.BACKGROUND;
    }

    /** How much of a pixel a colour explains best; noise makes it less than 0 as often as more. */
    private double share(int pixel, FigureColor of) {
      double along = 0, square = 0;
      for (int c = 0; c < CHANNELS; c++) {
        double step = of.channel(c) - FigureColor.BACKGROUND;
        along += above(pixel, c) * step;
        square += step * step;
      }
      return along / square;
    }

    /** Pixels of one colour that touch, also at corners. */
    private int[] spot(int first) {
      int[] pixels = new int[side * side];
      int count = 0;
      pixels[count++] = first;
      seen[first] = true;
      for (int i = 0; i < count; i++) {
        int row = pixels[i] / side, column = pixels[i] % side;
        for (int y = Math.max(0, row - 1); y <= Math.min(side - 1, row + 1); y++) {
          for (int x = Math.max(0, column - 1); x <= Math.min(side - 1, column + 1); x++) {
            int other = y * side + x;
            if (!seen[other] && color[other] == color[first]) {
              seen[other] = true;
              pixels[count++] = other;
            }
          }
        }
      }
      return Arrays.copyOf(pixels, count);
    }

    private void look(int[] spot) {
      FigureColor of = FigureColor.values()[color[spot[0]]];
      if (spot.length < SMALLEST * side * side) {
        return; // dirt
      }
      double[] shares = sharesAround(spot, of);
      Figure best = null;
      double least = UNLIKE;
      for (FigureKind kind : FigureKind.values()) {
        Figure figure = figure(new Combination(kind, of), shares);
        double[] drawn = figure.coverage(side);
        for (int soft = 0; soft <= SOFTER; soft++) {
          drawn = soft == 0 ? drawn : softer(drawn);
          double unlike = unlike(drawn, shares);
          if (unlike < least) {
            least = unlike;
            best = figure;
          }
        }
      }
      if (best == null) {
        unclear++;
      } else {
        figures.add(best);
      }
    }

    /** (side, side) what the colour covers in and around a spot; NaN where that does not count. */
    private double[] sharesAround(int[] spot, FigureColor of) {
      int margin = 1 + (side + 8) / 16, top = side, left = side, bottom = 0, right = 0;
      for (int pixel : spot) {
        top = Math.min(top, pixel / side - margin);
        bottom = Math.max(bottom, pixel / side + margin);
        left = Math.min(left, pixel % side - margin);
        right = Math.max(right, pixel % side + margin);
      }
      double[] shares = new double[side * side];
      Arrays.fill(shares, Double.NaN);
      for (int y = Math.max(0, top); y <= Math.min(side - 1, bottom); y++) {
        for (int x = Math.max(0, left); x <= Math.min(side - 1, right); x++) {
          int pixel = y * side + x;
          if (nearest(y, x, margin) == of.ordinal()) {
            shares[pixel] = Math.min(1, share(pixel, of));
          }
        }
      }
      return shares;
    }

    /** The colour of the nearest pixel that has one, as soft edges may be of either of two figures. */
    private int nearest(int row, int column, int most) {
      int best = -1, least = Integer.MAX_VALUE;
      for (int y = Math.max(0, row - most); y <= Math.min(side - 1, row + most); y++) {
        for (int x = Math.max(0, column - most); x <= Math.min(side - 1, column + most); x++) {
          int distance = (y - row) * (y - row) + (x - column) * (x - column);
          if (color[y * side + x] >= 0 && distance < least) {
            least = distance;
            best = color[y * side + x];
          }
        }
      }
      return best;
    }

    /** The figure of a kind that has the area and the middle of the shares. */
    private Figure figure(Combination what, double[] shares) {
      double area = 0, x = 0, y = 0;
      for (int i = 0; i < shares.length; i++) {
        if (!Double.isNaN(shares[i])) {
          area += shares[i];
          x += shares[i] * (i % side + 0.5);
          y += shares[i] * (Math.floorDiv(i, side) + 0.5);
        }
      }
      Polygon outline = what.kind().outline();
      double width = Math.sqrt(area / outline.area());
      double middle = y / area - outline.middleDown() * width;
      return new Figure(what, x / area / side, middle / side, width / side);
    }

    private double unlike(double[] drawn, double[] shares) {
      double differences = 0, squares = 0;
      for (int i = 0; i < shares.length; i++) {
        if (!Double.isNaN(shares[i])) {
          differences += (shares[i] - drawn[i]) * (shares[i] - drawn[i]);
          squares += shares[i] * shares[i];
        }
      }
      return differences / squares;
    }
  }

  /** A degree softer: weights of 1, 2, 1 along rows and columns, more often in larger pictures. */
  private double[] softer(double[] shares) {
    double[] soft = shares;
    int times = Math.max(1, Math.round(side * side / 1024f)); // variances of blur add up
    for (int i = 0; i < times; i++) {
      soft = smoothed(smoothed(soft, 1), side);
    }
    return soft;
  }

  private double[] smoothed(double[] shares, int stride) {
    double[] smooth = new double[shares.length];
    for (int i = 0; i < smooth.length; i++) {
      int at = i / stride % side;
      double before = shares[at == 0 ? i : i - stride];
      double after = shares[at == side - 1 ? i : i + stride];
      smooth[i] = (before + 2 * shares[i] + after) / 4;
    }
    return smooth;
  }
}
