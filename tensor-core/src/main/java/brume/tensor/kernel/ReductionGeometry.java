package brume.tensor.kernel;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor seen as rows: the numbers that differ only along the reduced axes. Rows are numbered along
 * the kept axes, and both numberings run like the elements of x, last axis fastest. Neighboring axes
 * of one kind are seen as one.
 *
 * @param x shape of what is reduced
 * @param y shape of one number per row
 * @param kept axes along which rows are numbered, slowest first
 * @param reduced axes along which rows lie, slowest first
 */
public record ReductionGeometry(Shape x, Shape y, List<Axis> kept, List<Axis> reduced) {

  /**
   * One axis of x.
   *
   * @param size numbers along it
   * @param stride elements from one to the next
   */
  public record Axis(int size, int stride) {}

  /**
   * What is reduced, and what remains of it.
   *
   * @param numbers of the axes, negative ones count from the end; all axes if there are none
   * @param kept whether reduced axes remain, of size one
   */
  public record Axes(List<Integer> numbers, boolean kept) {

    /** Keeps a copy. {@inheritDoc} */
    public Axes {
      numbers = List.copyOf(numbers);
    }

    /**
     * All axes, none of which remains.
     *
     * @return the choice
     */
    public static Axes all() {
      return new Axes(List.of(), false);
    }

    /**
     * Some axes, none of which remains.
     *
     * @param numbers which ones, negative ones count from the end; none means all
     * @return the choice
     */
    public static Axes of(int... numbers) {
      return new Axes(Arrays.stream(numbers).boxed().toList(), false);
    }

    /**
     * The same axes, which remain with size one.
     *
     * @return the choice
     */
    public Axes keep() {
      return new Axes(numbers, true);
    }

    private boolean[] among(String function, Shape x) {
      boolean[] chosen = new boolean[x.rank()];
      Arrays.fill(chosen, numbers.isEmpty());
      for (int number : numbers) {
        int axis = number < 0 ? number + x.rank() : number;
        ShapeException.unless(
            axis >= 0 && axis < x.rank() && !chosen[axis],
            "%s: expected different axes from %d to %d of x %s, got %s",
            function,
            -x.rank(),
            x.rank() - 1,
            x,
            numbers);
        chosen[axis] = true;
      }
      return chosen;
    }
  }

  /** Keeps copies. {@inheritDoc} */
  public ReductionGeometry {
    kept = List.copyOf(kept);
    reduced = List.copyOf(reduced);
  }

  /**
   * Reads the sizes off a shape.
   *
   * @param function name for the error message
   * @param x shape of what is reduced
   * @param over which axes
   * @return the sizes
   * @throws ShapeException if an axis does not exist or is named twice
   */
  public static ReductionGeometry of(String function, Shape x, Axes over) {
    boolean[] reduced = over.among(function, x);
    int[] y = new int[x.rank()];
    int rank = 0;
    for (int axis = 0; axis < x.rank(); axis++) {
      if (!reduced[axis] || over.kept) {
        y[rank++] = reduced[axis] ? 1 : x.dim(axis);
      }
    }
    return of(x, Shape.of(Arrays.copyOf(y, rank)), reduced);
  }

  /**
   * The reduction that undoes a repetition along axes of size one, as in {@link BroadcastGeometry}.
   *
   * @param x shape after the repetition
   * @param y shape before it
   * @return the sizes
   */
  public static ReductionGeometry onto(Shape x, Shape y) {
    boolean[] reduced = new boolean[x.rank()];
    for (int axis = 0; axis < x.rank(); axis++) {
      int before = axis - (x.rank() - y.rank());
      reduced[axis] = before < 0 || y.dim(before) != x.dim(axis);
    }
    return of(x, y, reduced);
  }

  private static ReductionGeometry of(Shape x, Shape y, boolean[] reduced) {
    List<Axis> keptAxes = new ArrayList<>(), reducedAxes = new ArrayList<>();
    int stride = 1;
    for (int axis = x.rank() - 1; axis >= 0; axis--) {
      if (x.dim(axis) != 1) {
        prepend(reduced[axis] ? reducedAxes : keptAxes, new Axis(x.dim(axis), stride));
      }
      stride *= x.dim(axis);
    }
    return new ReductionGeometry(x, y, keptAxes, reducedAxes);
  }

  /** Adds a slower axis, or makes the slowest one longer if it goes on the same way. */
  private static void prepend(List<Axis> axes, Axis slower) {
    if (!axes.isEmpty() && slower.stride == axes.get(0).stride * axes.get(0).size) {
      axes.set(0, new Axis(slower.size * axes.get(0).size, axes.get(0).stride));
    } else {
      axes.add(0, slower);
    }
  }

  /**
   * Number of rows.
   *
   * @return as many as y has elements
   */
  public int rows() {
    return y.size();
  }

  /**
   * Numbers of a row.
   *
   * @return the product of the reduced sizes
   */
  public int columns() {
    return size(reduced);
  }

  /**
   * Where a row begins.
   *
   * @param row its number
   * @return element of x
   */
  public int first(int row) {
    return offset(kept, row);
  }

  /**
   * Where a number lies in its row.
   *
   * @param column its number
   * @return elements of x from the first of the row
   */
  public int offset(int column) {
    return offset(reduced, column);
  }

  private static int offset(List<Axis> axes, int index) {
    int at = 0, rest = index;
    for (int i = axes.size() - 1; i >= 0; i--) {
      at += rest % axes.get(i).size * axes.get(i).stride;
      rest /= axes.get(i).size;
    }
    return at;
  }

  private static int size(List<Axis> axes) {
    int size = 1;
    for (Axis axis : axes) {
      size *= axis.size;
    }
    return size;
  }
}
