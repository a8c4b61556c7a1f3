package brume.tensor.kernel;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Two tensors brought to a common shape by repeating axes of size one: shapes are aligned at their
 * last axes, and an operand that is repeated along an axis does not move along it, its stride is 0.
 * Neighboring axes along which both operands move alike are seen as one.
 *
 * @param y common shape
 * @param axes how the operands move, slowest axis first; at least one
 */
public record BroadcastGeometry(Shape y, List<Axis> axes) {

  /**
   * One axis of the result.
   *
   * @param size numbers along it
   * @param a elements from one a to the next, 0 if it is repeated
   * @param b elements from one b to the next, 0 if it is repeated
   */
  public record Axis(int size, int a, int b) {}

  /** Keeps a copy. {@inheritDoc} */
  public BroadcastGeometry {
    axes = List.copyOf(axes);
  }

  /**
   * Reads the sizes off two shapes.
   *
   * @param function name for the error message
   * @param a shape of the first operand
   * @param b shape of the second operand
   * @return the sizes
   * @throws ShapeException if two sizes of an axis differ and neither is 1
   */
  public static BroadcastGeometry of(String function, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] y = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int ofA = size(a, axis - rank), ofB = size(b, axis - rank);
      ShapeException.unless(
          ofA == ofB || ofA == 1 || ofB == 1,
          "%s: expected sizes that are equal or 1, counted from the last axis, got a %s and b %s",
          function,
          a,
          b);
      y[axis] = ofA == 1 ? ofB : ofA;
    }
    return new BroadcastGeometry(Shape.of(y), axes(Shape.of(y), a, b));
  }

  /**
   * Two operands read through strides, and a dense result.
   *
   * @param a where the numbers of the first operand lie, from its first element
   * @param b where those of the second operand lie, of the same sizes
   * @return the sizes
   * @throws ShapeException if the sizes differ or the last stride of an operand is neither 0 nor 1
   */
  public static BroadcastGeometry of(StridedView a, StridedView b) {
    int rank = a.rank();
    ShapeException.unless(
        a.hasSizesOf(b), "broadcast: expected views of the same sizes, got %s and %s", a, b);
    int[] y = new int[rank];
    List<Axis> fastestFirst = new ArrayList<>();
    fastestFirst.add(new Axis(1, 1, 1));
    for (int axis = rank - 1; axis >= 0; axis--) {
      y[axis] = a.size(axis);
      if (y[axis] != 1) {
        append(fastestFirst, new Axis(y[axis], a.stride(axis), b.stride(axis)));
      }
    }
    Axis row = fastestFirst.get(0);
    ShapeException.unless(
        (row.a == 0 || row.a == 1) && (row.b == 0 || row.b == 1),
        "broadcast: expected views with a last stride of 0 or 1, got %s and %s",
        a,
        b);
    Collections.reverse(fastestFirst);
    return new BroadcastGeometry(Shape.of(y), fastestFirst);
  }

  /**
   * Two operands and a result that run in step.
   *
   * @param size number of elements
   * @return the sizes
   */
  public static BroadcastGeometry flat(int size) {
    return new BroadcastGeometry(Shape.of(size), List.of(new Axis(size, 1, 1)));
  }

  /** How both operands move along the axes of y that are not of size one. */
  private static List<Axis> axes(Shape y, Shape a, Shape b) {
    List<Axis> fastestFirst = new ArrayList<>();
    fastestFirst.add(new Axis(1, 1, 1));
    int strideA = 1, strideB = 1;
    for (int axis = -1; axis >= -y.rank(); axis--) {
      int moveA = size(a, axis) == 1 ? 0 : strideA, moveB = size(b, axis) == 1 ? 0 : strideB;
      if (y.dim(axis) != 1) {
        append(fastestFirst, new Axis(y.dim(axis), moveA, moveB));
      }
      strideA *= size(a, axis);
      strideB *= size(b, axis);
    }
    List<Axis> axes = new ArrayList<>();
    fastestFirst.forEach(axis -> axes.add(0, axis));
    return axes;
  }

  /** Adds a slower axis, or makes the last one longer if it goes on the same way. */
  private static void append(List<Axis> axes, Axis slower) {
    Axis last = axes.get(axes.size() - 1);
    boolean goesOn = slower.a == last.a * last.size && slower.b == last.b * last.size;
    if (last.size == 1) {
      axes.set(axes.size() - 1, slower);
    } else if (goesOn) {
      axes.set(axes.size() - 1, new Axis(slower.size * last.size, last.a, last.b));
    } else {
      axes.add(slower);
    }
  }

  private static int size(Shape shape, int axis) {
    return -axis <= shape.rank() ? shape.dim(axis) : 1;
  }

  /**
   * Number of rows of the result, a row being its fastest axis.
   *
   * @return the product of all other sizes
   */
  public int rows() {
    int rows = 1;
    for (Axis axis : axes.subList(0, axes.size() - 1)) {
      rows *= axis.size;
    }
    return rows;
  }

  /**
   * The axis along which rows lie.
   *
   * @return the fastest one; its strides are 0 or 1
   */
  public Axis row() {
    return axes.get(axes.size() - 1);
  }

  /**
   * Where a row of the first operand begins.
   *
   * @param row its number
   * @return element of a
   */
  public int a(int row) {
    int at = 0, rest = row;
    for (int i = axes.size() - 2; i >= 0; i--) {
      at += rest % axes.get(i).size * axes.get(i).a;
      rest /= axes.get(i).size;
    }
    return at;
  }

  /**
   * Where a row of the second operand begins.
   *
   * @param row its number
   * @return element of b
   */
  public int b(int row) {
    int at = 0, rest = row;
    for (int i = axes.size() - 2; i >= 0; i--) {
      at += rest % axes.get(i).size * axes.get(i).b;
      rest /= axes.get(i).size;
    }
    return at;
  }
}
