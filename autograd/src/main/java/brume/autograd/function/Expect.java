package brume.autograd.function;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;

/** Demands on shapes that several functions make in the same words. */
final class Expect {

  private Expect() {}

  static void sameShape(String function, Shape a, Shape b) {
    ShapeException.unless(
        a.equals(b), "%s: expected two equal shapes, got a %s and b %s", function, a, b);
  }

  static void perChannel(String function, String name, Shape actual, Shape x) {
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

  static void perOutput(String function, Shape bias, Shape w) {
    Shape expected = Shape.of(w.dim(0));
    ShapeException.unless(
        bias.equals(expected),
        "%s: expected bias of shape %s, one per output of weight %s, got %s",
        function,
        expected,
        w,
        bias);
  }

  static void scaleShift(String function, Shape scaleShift, Shape x) {
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

  static void image(String function, Shape x) {
    ShapeException.unless(
        x.rank() == 4, "%s: expected x of shape (N, H, W, C), got %s", function, x);
  }

  static void indexes(String function, int[] indexes, int axis, Shape x) {
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

  static void count(String function, Shape shape, int indexes) {
    ShapeException.unless(
        shape.size() == indexes,
        "%s: expected %d indexes for shape %s, got %d",
        function,
        shape.size(),
        shape,
        indexes);
  }

  static void factor(String function, int factor, Shape x) {
    ShapeException.unless(
        factor >= 1, "%s: expected a factor of 1 or more, got %d for x %s", function, factor, x);
  }

  static void constant(String function, String name, Variable v) {
    if (v.requiresGradient()) {
      throw new IllegalArgumentException(
          "%s: expected a constant %s, got a variable that requires a gradient"
              .formatted(function, name));
    }
  }
}
