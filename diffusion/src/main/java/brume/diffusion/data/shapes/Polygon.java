package brume.diffusion.data.shapes;

import java.util.Arrays;

/**
 * A plane figure with straight sides. What of a pixel it covers is computed exactly: the pixel cuts a piece
 * out of it, whose area is known by its corners.
 *
 * @param corners x and y of each in turn, in the order of the way around
 * @see <a href="https://doi.org/10.1145/360767.360802">Sutherland and Hodgman, Reentrant Polygon Clipping
 *     (1974)</a>
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Polygon(double... corners) {

  /** The same moved and scaled: x and y of each corner times a width, plus a place. */
  Polygon at(double x, double y, double width) {
    double[] moved = new double[corners.length];
    for (int i = 0; i < moved.length; i += 2) {
      moved[i] = x + width * corners[i];
      moved[i + 1] = y + width * corners[i + 1];
    }
    return new Polygon(moved);
  }

  /** The part of it between two upright lines (axis 0) or two level ones (axis 1). */
  Polygon between(int axis, double from, double to) {
    return cut(axis, from, 1).cut(axis, to, -1);
  }

  /** The part on one side of a line: where coordinates are larger for sign 1, smaller for -1. */
  private Polygon cut(int axis, double at, int sign) {
    double[] kept = new double[2 * corners.length + 4]; // at most two corners of each
    int count = 0, n = corners.length;
    for (int i = 0; i < n; i += 2) {
      int j = (i + 2) % n;
      double here = sign * (corners[i + axis] - at), there = sign * (corners[j + axis] - at);
      if (here >= 0) {
        kept[count++] = corners[i];
        kept[count++] = corners[i + 1];
      }
      if (here > 0 && there < 0 || here < 0 && there > 0) {
        double share = here / (here - there);
        kept[count++] = corners[i] + share * (corners[j] - corners[i]);
        kept[count++] = corners[i + 1] + share * (corners[j + 1] - corners[i + 1]);
      }
    }
    return new Polygon(Arrays.copyOf(kept, count));
  }

  /** Its area; a piece of a polygon with dents may hang together by lines, which have none. */
  double area() {
    double twice = 0;
    int n = corners.length;
    for (int i = 0; i < n; i += 2) {
      int j = (i + 2) % n;
      twice += corners[i] * corners[j + 1] - corners[j] * corners[i + 1];
    }
    return Math.abs(twice) / 2;
  }

  /** How far below the origin its middle of mass lies. */
  double middleDown() {
    double sum = 0, twice = 0;
    int n = corners.length;
    for (int i = 0; i < n; i += 2) {
      int j = (i + 2) % n;
      double piece = corners[i] * corners[j + 1] - corners[j] * corners[i + 1];
      twice += piece;
      sum += piece * (corners[i + 1] + corners[j + 1]);
    }
    return sum / (3 * twice);
  }

  /** The least x (axis 0) or y (axis 1) of a corner. */
  double least(int axis) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = axis; i < corners.length; i += 2) {
      least = Math.min(least, corners[i]);
    }
    return least;
  }

  /** The largest x (axis 0) or y (axis 1) of a corner. */
  double most(int axis) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = axis; i < corners.length; i += 2) {
      most = Math.max(most, corners[i]);
    }
    return most;
  }
}
