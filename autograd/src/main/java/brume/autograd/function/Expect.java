package brume.autograd.function;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Text;

/** Demands on shapes that several functions make in the same words; each method demands one thing. */
public final class Expect {

  private Expect() {}

  /**
   * Two shapes are equal.
   *
   * @param function who asks, for the message
   * @param a first shape
   * @param b second shape
   * @throws ShapeException if they are not
   */
  public static void sameShape(String function, Shape a, Shape b) {
    ShapeException.unless(
        a.equals(b), "%s: expected two equal shapes, got a %s and b %s", function, a, b);
  }

  /**
   * A parameter has one number per channel.
   *
   * @param function who asks, for the message
   * @param name of the parameter
   * @param actual its shape, (C) expected
   * @param x (..., C)
   * @throws ShapeException if it has not, or x has no channels
   */
  public static void perChannel(String function, String name, Shape actual, Shape x) {
    ShapeException.unless(x.rank() >= 1, "%s: expected x of shape (..., C), got %s", function, x);
    Shape expected = Shape.of(x.dim(-1));
    ShapeException.unless(
        actual.equals(expected),
        "%s: expected %s of shape %s, one per channel of x %s, got %s",
        function,
        name,
        expected,
        x,
        actual);
  }

  /**
   * A bias has one number per output of a weight.
   *
   * @param function who asks, for the message
   * @param bias its shape, (Cout) expected
   * @param w (Cout, ...)
   * @throws ShapeException if it has not
   */
  public static void perOutput(String function, Shape bias, Shape w) {
    Shape expected = Shape.of(w.dim(0));
    ShapeException.unless(
        bias.equals(expected),
        "%s: expected bias of shape %s, one per output of weight %s, got %s",
        function,
        expected,
        w,
        bias);
  }

  /**
   * Scales and shifts are there for every sample and channel.
   *
   * @param function who asks, for the message
   * @param scaleShift its shape, (N, 2C) expected
   * @param x (N, ..., C)
   * @throws ShapeException if they are not
   */
  public static void scaleShift(String function, Shape scaleShift, Shape x) {
    ShapeException.unless(
        x.rank() >= 2, "%s: expected x of shape (N, ..., C), got %s", function, x);
    Shape expected = Shape.of(x.dim(0), 2 * x.dim(-1));
    ShapeException.unless(
        scaleShift.equals(expected),
        "%s: expected scaleShift (N, 2C) of shape %s for x %s, got %s",
        function,
        expected,
        x,
        scaleShift);
  }

  /**
   * A result has a size that there is.
   *
   * @param function who asks, for the message
   * @param size along an axis of the result
   * @param x what it is made of
   * @return the size
   * @throws ShapeException if it is 2^31 or more
   */
  public static int size(String function, long size, Shape x) {
    ShapeException.unless(
        size <= Integer.MAX_VALUE,
        "%s: expected sizes below 2^31, got a result of %d from x %s",
        function,
        size,
        x);
    return (int) size;
  }

  /**
   * An input is pictures.
   *
   * @param function who asks, for the message
   * @param x (N, H, W, C) expected
   * @throws ShapeException if it does not have four axes
   */
  public static void image(String function, Shape x) {
    ShapeException.unless(
        x.rank() == 4, "%s: expected x of shape (N, H, W, C), got %s", function, x);
  }

  /**
   * All indexes lie on an axis.
   *
   * @param function who asks, for the message
   * @param indexes from 0
   * @param axis which one; negative numbers count from the end
   * @param x of any shape with the axis
   * @throws ShapeException if one does not
   */
  public static void indexes(String function, int[] indexes, int axis, Shape x) {
    int size = x.dim(axis);
    for (int i = 0; i < indexes.length; i++) {
      ShapeException.unless(
          indexes[i] >= 0 && indexes[i] < size,
          "%s: expected indexes from 0 to %d for axis %d of x %s, got %d at %d",
          function,
          size - 1,
          axis,
          x,
          indexes[i],
          i);
    }
  }

  /**
   * There are as many indexes as a shape has places.
   *
   * @param function who asks, for the message
   * @param shape of the indexes
   * @param indexes how many came
   * @throws ShapeException if there are more or fewer
   */
  public static void count(String function, Shape shape, int indexes) {
    ShapeException.unless(
        shape.size() == indexes,
        "%s: expected %d indexes for shape %s, got %d",
        function,
        shape.size(),
        shape,
        indexes);
  }

  /**
   * A factor of size is 1 or more.
   *
   * @param function who asks, for the message
   * @param factor how many times larger or smaller
   * @param x what it is for
   * @throws ShapeException if it is not
   */
  public static void factor(String function, int factor, Shape x) {
    ShapeException.unless(
        factor >= 1, "%s: expected a factor of 1 or more, got %d for x %s", function, factor, x);
  }

  /**
   * An input needs no gradient, because the function has none for it.
   *
   * @param function who asks, for the message
   * @param name of the input
   * @param v the input
   * @throws IllegalArgumentException if it requires one
   */
  public static void constant(String function, String name, Variable v) {
    if (v.requiresGradient()) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected a constant %s, got a variable that requires a gradient", function, name));
    }
  }
}
