package brume.autograd.einsum;

import brume.tensor.ShapeException;

/**
 * The size of an axis that a pattern names and no shape tells.
 *
 * @param name as in the pattern
 * @param size at least 1
 */
public record Axis(String name, int size) {

  /** Refuses sizes below 1. {@inheritDoc} */
  public Axis {
    ShapeException.unless(size >= 1, "axis: expected a size of 1 or more, got %s = %d", name, size);
  }

  /**
   * Says how large an axis is.
   *
   * @param name as in the pattern
   * @param size at least 1
   * @return the axis
   * @throws ShapeException if the size is below 1
   */
  public static Axis axis(String name, int size) {
    return new Axis(name, size);
  }
}
