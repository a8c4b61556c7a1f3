package brume.tensor.cpu;

import brume.tensor.Shape;
import brume.tensor.kernel.StridedView;

/** A strided view as rows: for each, where its numbers start and how far apart they lie. */
final class StridedRows {

  private final StridedView view; // merged
  private final int outer; // axes but the innermost

  private StridedRows(StridedView view) {
    this.view = view;
    this.outer = Math.max(0, view.rank() - 1);
  }

  /**
   * The rows of a view, as long as its strides allow.
   *
   * @param view of some numbers of an array, in any order
   * @return rows that cover it, in its order
   */
  static StridedRows of(StridedView view) {
    return new StridedRows(view.merged());
  }

  /**
   * The rows of an exchange of axes.
   *
   * @param x shape of the source
   * @param axes the result's axis i is axis {@code axes[i]} of the source
   * @return the result's rows in the source
   */
  static StridedRows of(Shape x, int[] axes) {
    int[] source = new int[x.rank()];
    for (int axis = x.rank() - 1, step = 1; axis >= 0; axis--) {
      source[axis] = step;
      step *= x.dim(axis);
    }
    int[] sizes = new int[axes.length], strides = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      sizes[i] = x.dim(axes[i]);
      strides[i] = source[axes[i]];
    }
    return of(StridedView.of(sizes, strides));
  }

  /** Number of rows. */
  int rows() {
    int rows = 1;
    for (int axis = 0; axis < outer; axis++) {
      rows *= view.size(axis);
    }
    return rows;
  }

  /** Numbers in a row. */
  int columns() {
    return view.rank() == 0 ? 1 : view.size(outer);
  }

  /** Elements from one number of a row to the next. */
  int step() {
    return view.rank() == 0 ? 1 : view.stride(outer);
  }

  /** The indices of a row, one per axis but the last. */
  int[] indexOf(int row) {
    int[] index = new int[outer];
    int rest = row;
    for (int axis = outer - 1; axis >= 0; axis--) {
      index[axis] = rest % view.size(axis);
      rest /= view.size(axis);
    }
    return index;
  }

  /** Element where a row starts. */
  int start(int[] index) {
    int at = 0;
    for (int axis = 0; axis < outer; axis++) {
      at += index[axis] * view.stride(axis);
    }
    return at;
  }

  /** Changes the indices of a row into those of the next one. */
  void advance(int[] index) {
    for (int axis = outer - 1; axis >= 0; axis--) {
      if (++index[axis] < view.size(axis)) {
        return;
      }
      index[axis] = 0;
    }
  }
}
