package brume.tensor.cpu;

import brume.tensor.Shape;
import java.util.Arrays;

/**
 * An exchange of axes as rows of the result: for each, where its numbers start in the source and how
 * far apart they lie there. Axes that stay neighbors are treated as one.
 */
final class Permutation {

  private final int[] dims; // sizes of the result's axes after merging, the innermost last
  private final int[] strides; // elements from one index of such an axis to the next in the source

  private Permutation(int[] dims, int[] strides) {
    this.dims = dims;
    this.strides = strides;
  }

  /**
   * Works out an exchange of axes.
   *
   * @param x shape of the source
   * @param axes the result's axis i is axis {@code axes[i]} of the source
   * @return the exchange, with at least one axis
   */
  static Permutation of(Shape x, int[] axes) {
    int[] source = new int[x.rank()];
    for (int axis = x.rank() - 1, step = 1; axis >= 0; axis--) {
      source[axis] = step;
      step *= x.dim(axis);
    }
    int[] dims = new int[axes.length + 1], strides = new int[axes.length + 1];
    int count = 0;
    for (int axis : axes) {
      int dim = x.dim(axis);
      if (dim == 1) {
        continue;
      }
      if (count > 0 && strides[count - 1] == dim * source[axis]) {
        dims[count - 1] *= dim;
        strides[count - 1] = source[axis];
      } else {
        dims[count] = dim;
        strides[count++] = source[axis];
      }
    }
    if (count == 0) {
      dims[count] = 1;
      strides[count++] = 1;
    }
    return new Permutation(Arrays.copyOf(dims, count), Arrays.copyOf(strides, count));
  }

  /** Rows of the result. */
  int rows() {
    int rows = 1;
    for (int axis = 0; axis < dims.length - 1; axis++) {
      rows *= dims[axis];
    }
    return rows;
  }

  /** Numbers in a row. */
  int columns() {
    return dims[dims.length - 1];
  }

  /** Elements of the source from one number of a row to the next. */
  int step() {
    return strides[strides.length - 1];
  }

  /** The indices of a row, one per axis but the last. */
  int[] indexOf(int row) {
    int[] index = new int[dims.length - 1];
    int rest = row;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = rest % dims[axis];
      rest /= dims[axis];
    }
    return index;
  }

  /** Element of the source where a row starts. */
  int source(int[] index) {
    int at = 0;
    for (int axis = 0; axis < index.length; axis++) {
      at += index[axis] * strides[axis];
    }
    return at;
  }

  /** Changes the indices of a row into those of the next one. */
  void advance(int[] index) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < dims[axis]) {
        return;
      }
      index[axis] = 0;
    }
  }
}
