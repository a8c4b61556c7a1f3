package brume.tensor;

import java.util.Arrays;

/** The sizes of a tensor's axes, printed as {@code (16, 32, 32, 64)}. Immutable. */
public final class Shape {

  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    this.dims = dims;
    this.size = product(dims);
  }

  /**
   * The product of sizes, for whatever has so many elements.
   *
   * @param sizes of 0 or more
   * @return their product, 1 for none
   * @throws ShapeException if a size is negative or the product exceeds 2^31 − 1
   */
  public static int product(int... sizes) {
    long product = 1;
    boolean empty = false;
    for (int size : sizes) {
      if (size < 0) { // the sentence is made only if needed: every operation makes shapes
        throw new ShapeException(
            Text.of("shape: expected sizes of 0 or more, got %s", print(sizes)));
      }
      empty |= size == 0;
      product = Math.min(product * Math.max(1, size), 1L << 31);
    }
    if (!empty && product > Integer.MAX_VALUE) {
      throw new ShapeException(
          Text.of("shape: expected fewer than 2^31 elements, got %s", print(sizes)));
    }
    return empty ? 0 : (int) product;
  }

  /**
   * The shape with these sizes; without any, the shape of a single number.
   *
   * @param dims sizes, slowest axis first
   * @return the shape
   * @throws ShapeException if a size is negative or the number of elements exceeds 2^31 − 1
   */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /**
   * Number of axes.
   *
   * @return 0 for a single number
   */
  public int rank() {
    return dims.length;
  }

  /**
   * Size of one axis.
   *
   * @param axis 0 is the slowest; negative numbers count from the end, −1 is the channel axis
   * @return its size
   * @throws ShapeException if there is no such axis
   */
  public int dim(int axis) {
    int i = axis < 0 ? axis + dims.length : axis;
    ShapeException.unless(
        i >= 0 && i < dims.length,
        "shape: expected an axis from %d to %d of %s, got %d",
        -dims.length,
        dims.length - 1,
        this,
        axis);
    return dims[i];
  }

  /**
   * Number of elements.
   *
   * @return the product of all sizes, 1 for a single number
   */
  public int size() {
    return size;
  }

  /**
   * This shape with another size on one axis.
   *
   * @param axis which axis; negative numbers count from the end
   * @param dim its new size
   * @return the new shape
   */
  public Shape with(int axis, int dim) {
    int old = dim(axis);
    int[] changed = dims.clone();
    changed[axis < 0 ? axis + dims.length : axis] = dim;
    return dim == old ? this : new Shape(changed);
  }

  /**
   * The sizes as an array.
   *
   * @return a fresh copy
   */
  public int[] toArray() {
    return dims.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return print(dims);
  }

  private static String print(int[] dims) {
    String sizes = Arrays.toString(dims);
    return "(" + sizes.substring(1, sizes.length() - 1) + ")";
  }
}
