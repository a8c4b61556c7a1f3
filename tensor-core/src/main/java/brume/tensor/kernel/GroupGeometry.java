package brume.tensor.kernel;

import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * The sizes group normalization works with: {@code x} seen as {@code (N, P, C)}, its channels split
 * into G groups of D = C / G neighbors.
 *
 * @param n samples
 * @param p positions per sample: H·W of an image, L of a sequence
 * @param c channels, the last axis
 * @param g groups; divides {@code c}
 */
public record GroupGeometry(int n, int p, int c, int g) {

  /**
   * Reads the sizes off the shape of {@code x}.
   *
   * @param x (N, ..., C)
   * @param groups G
   * @return the sizes
   * @throws ShapeException if {@code x} is not (N, ..., C) or {@code groups} does not divide C
   */
  public static GroupGeometry of(Shape x, int groups) {
    ShapeException.unless(x.rank() >= 2, "groupNorm: expected x of shape (N, ..., C), got %s", x);
    int c = x.dim(-1);
    ShapeException.unless(
        groups > 0 && c % groups == 0,
        "groupNorm: expected groups to divide the channels, got groups = %d and C = %d of x %s",
        groups,
        c,
        x);
    int p = 1;
    for (int axis = 1; axis < x.rank() - 1; axis++) {
      p *= x.dim(axis);
    }
    return new GroupGeometry(x.dim(0), p, c, groups);
  }

  /**
   * Channels per group.
   *
   * @return D = C / G
   */
  public int d() {
    return c / g;
  }

  /**
   * Shape of one number per sample and group.
   *
   * @return (N, G)
   */
  public Shape perGroup() {
    return Shape.of(n, g);
  }
}
