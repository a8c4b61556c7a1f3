package brume.nn;

import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * How a parameter is ordered in files, which follow PyTorch: channels come second there and last
 * here. Each layout is a permutation of the axes, and axes of size one that only one side has.
 */
public enum StoredLayout {
  /** The same on both sides. */
  SAME {
    @Override
    int[] axes(int rank) {
      int[] axes = new int[rank];
      for (int i = 0; i < rank; i++) {
        axes[i] = i;
      }
      return axes;
    }
  },
  /** Matrices (Cout, Cin), stored as (Cin, Cout). */
  TRANSPOSED(1, 0),
  /** Filters (Cout, KH, KW, Cin), stored as (Cout, Cin, KH, KW). */
  FILTERS(0, 3, 1, 2),
  /** Filters of height one (Cout, 1, KW, Cin), stored as (Cout, Cin, KW). */
  FILTERS_1D(0, 3, 2),
  /** Filters over frames (Cout, KH, KW, KF, Cin), stored as (Cout, Cin, KF, KH, KW). */
  FILTERS_3D(0, 4, 3, 1, 2),
  /** One number per channel (C), stored as (1, C, 1, 1). */
  CHANNELS {
    @Override
    int[] axes(int rank) {
      return new int[] {ONE, 0, ONE, ONE};
    }
  },
  /** One number per channel (C), stored as (1, C, 1). */
  CHANNELS_1D {
    @Override
    int[] axes(int rank) {
      return new int[] {ONE, 0, ONE};
    }
  },
  /** Keys and values (2, M, heads, D), stored as (2, heads, M, D). */
  POSITIONS_BY_HEAD(0, 2, 1, 3),
  /** Keys and values (2, M, heads, D), stored as (2, heads, D, M). */
  CHANNELS_BY_HEAD(0, 2, 3, 1);

  private static final int ONE = -1; // an axis of size one that exists only in the file

  private final int[] axes;

  StoredLayout(int... axes) {
    this.axes = axes;
  }

  /** For each stored axis the number of ours, or {@link #ONE}. */
  int[] axes(int rank) {
    return axes;
  }

  /**
   * The shape in the file.
   *
   * @param shape of the parameter
   * @return its sizes in the stored order
   */
  public int[] storedShape(Shape shape) {
    int[] axes = axes(shape.rank());
    int[] stored = new int[axes.length];
    long size = 1;
    for (int i = 0; i < axes.length; i++) {
      stored[i] = axes[i] == ONE ? 1 : shape.dim(axes[i]);
      size *= stored[i];
    }
    ShapeException.unless(
        size == shape.size(), "layout %s: expected a parameter that fits it, got %s", this, shape);
    return stored;
  }

  /**
   * Whether slices along the first axis are whole on both sides, so that they can be read one by one.
   *
   * @return true unless a parameter has other axes than its tensor in the file
   */
  public boolean keepsFirstAxis() {
    return this == SAME || axes.length > 0 && axes[0] == 0;
  }

  /**
   * For every number in the order of the file, where it is in the parameter.
   *
   * @param shape of the parameter
   * @return element i of the file is element {@code order[i]} of the parameter
   */
  public int[] order(Shape shape) {
    int[] axes = axes(shape.rank());
    int[] stored = storedShape(shape);
    int[] steps = new int[axes.length]; // in the parameter, along each stored axis
    for (int i = 0; i < axes.length; i++) {
      steps[i] = 0;
      if (axes[i] != ONE) {
        steps[i] = 1;
        for (int axis = axes[i] + 1; axis < shape.rank(); axis++) {
          steps[i] *= shape.dim(axis);
        }
      }
    }
    int[] order = new int[shape.size()];
    int[] index = new int[axes.length];
    int at = 0;
    for (int element = 0; element < order.length; element++) {
      order[element] = at;
      for (int i = axes.length - 1; i >= 0; i--) { // the next index, carrying over
        index[i]++;
        at += steps[i];
        if (index[i] < stored[i]) {
          break;
        }
        at -= steps[i] * index[i];
        index[i] = 0;
      }
    }
    return order;
  }
}
