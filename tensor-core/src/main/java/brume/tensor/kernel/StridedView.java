package brume.tensor.kernel;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Text;
import java.util.Arrays;

/**
 * A way to walk over the numbers of a tensor, index by index and last axis fastest: one step along
 * axis i passes {@code stride(i)} elements. Strides exchanged are a transpose, strides added up a
 * diagonal, and a stride of 0 repeats. Immutable.
 */
public final class StridedView {

  private final int[] sizes;
  private final int[] strides;
  private final int count;

  private StridedView(int[] sizes, int[] strides) {
    this.sizes = sizes;
    this.strides = strides;
    this.count = Shape.of(sizes).size();
  }

  /**
   * A view from its sizes and strides.
   *
   * @param sizes of the axes, slowest first
   * @param strides elements passed by a step along each axis
   * @return the view
   * @throws ShapeException if there are not as many strides as sizes, or 2^31 indices or more
   */
  public static StridedView of(int[] sizes, int[] strides) {
    ShapeException.unless(
        sizes.length == strides.length,
        "strided view: expected one stride per axis, got sizes %s and strides %s",
        Arrays.toString(sizes),
        Arrays.toString(strides));
    return new StridedView(sizes.clone(), strides.clone());
  }

  /**
   * Number of axes.
   *
   * @return 0 for a view of one element
   */
  public int rank() {
    return sizes.length;
  }

  /**
   * Size of an axis.
   *
   * @param axis 0 is the slowest
   * @return its size
   */
  public int size(int axis) {
    return sizes[axis];
  }

  /**
   * Stride of an axis.
   *
   * @param axis 0 is the slowest
   * @return elements passed by one step
   */
  public int stride(int axis) {
    return strides[axis];
  }

  /**
   * Number of indices.
   *
   * @return the product of the sizes, 1 without axes
   */
  public int count() {
    return count;
  }

  /**
   * Which element an index leads to.
   *
   * @param i number of the index, last axis fastest
   * @return its element, 0 for the first index
   */
  public int element(int i) {
    int element = 0;
    for (int axis = sizes.length - 1, rest = i; axis >= 0; axis--) {
      element += rest % sizes[axis] * strides[axis];
      rest /= sizes[axis];
    }
    return element;
  }

  /**
   * Whether two views have the same indices.
   *
   * @param other another view
   * @return true if their sizes are equal
   */
  boolean hasSizesOf(StridedView other) {
    return Arrays.equals(sizes, other.sizes);
  }

  /**
   * The same walk with as few axes as possible: axes of size 1 are left out, and neighbors become one
   * where a step along the slower one passes all of the faster one.
   *
   * @return the view
   */
  public StridedView merged() {
    int[] fewerSizes = new int[sizes.length], fewerStrides = new int[sizes.length];
    int rank = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] == 1) {
        continue;
      }
      if (rank > 0 && fewerStrides[rank - 1] == sizes[axis] * strides[axis]) {
        fewerSizes[rank - 1] *= sizes[axis];
        fewerStrides[rank - 1] = strides[axis];
      } else {
        fewerSizes[rank] = sizes[axis];
        fewerStrides[rank++] = strides[axis];
      }
    }
    return new StridedView(Arrays.copyOf(fewerSizes, rank), Arrays.copyOf(fewerStrides, rank));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StridedView view
        && Arrays.equals(sizes, view.sizes)
        && Arrays.equals(strides, view.strides);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sizes) + Arrays.hashCode(strides);
  }

  /** Sizes and strides. */
  @Override
  public String toString() {
    return Text.of("sizes %s by strides %s", Arrays.toString(sizes), Arrays.toString(strides));
  }
}
