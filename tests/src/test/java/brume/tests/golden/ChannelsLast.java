package brume.tests.golden;

import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;

/**
 * From PyTorch's order of axes to Brume's and back: (N, C, H, W) to (N, H, W, C), (N, C, L) to
 * (N, L, C), (Cout, Cin, KH, KW) to (Cout, KH, KW, Cin). Up to two axes both are the same.
 */
final class ChannelsLast {

  private ChannelsLast() {}

  /** A tensor of a case with its channels, the second axis of the file, moved to the end. */
  static Tensor load(GoldenCase from, String tensor, Device on) {
    int[] shape = from.shape(tensor);
    int[] axes = secondToLast(shape.length);
    return Tensor.of(
        on, Shape.of(permute(shape, axes)), permute(from.doubles(tensor), shape, axes));
  }

  /** A tensor of a case as it is. */
  static Tensor loadAsIs(GoldenCase from, String tensor, Device on) {
    return Tensor.of(on, Shape.of(from.shape(tensor)), from.doubles(tensor));
  }

  /** The numbers of a tensor with its last axis moved to second place. */
  static double[] unload(Tensor t) {
    int[] shape = t.shape().toArray();
    return permute(t.toDoubles(), shape, lastToSecond(shape.length));
  }

  /** Numbers in the order that results when axis {@code axes[i]} of the shape comes i-th. */
  static double[] permute(double[] values, int[] shape, int... axes) {
    int rank = shape.length;
    int[] strides = new int[rank]; // of the source, in the order of the result
    for (int i = 0; i < rank; i++) {
      strides[i] = 1;
      for (int axis = axes[i] + 1; axis < rank; axis++) {
        strides[i] *= shape[axis];
      }
    }
    int[] sizes = permute(shape, axes);
    double[] permuted = new double[values.length];
    int[] at = new int[rank];
    for (int i = 0; i < permuted.length; i++) {
      int from = 0;
      for (int axis = 0; axis < rank; axis++) {
        from += at[axis] * strides[axis];
      }
      permuted[i] = values[from];
      for (int axis = rank - 1; axis >= 0 && ++at[axis] == sizes[axis]; axis--) {
        at[axis] = 0;
      }
    }
    return permuted;
  }

  /** Sizes of the axes in a new order. */
  static int[] permute(int[] shape, int... axes) {
    int[] permuted = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      permuted[i] = shape[axes[i]];
    }
    return permuted;
  }

  static int[] secondToLast(int rank) {
    int[] axes = new int[rank];
    for (int i = 0; i < rank; i++) {
      axes[i] = i == 0 ? 0 : i == rank - 1 ? 1 : i + 1;
    }
    return rank < 3 ? inOrder(rank) : axes;
  }

  static int[] lastToSecond(int rank) {
    int[] axes = new int[rank];
    for (int i = 0; i < rank; i++) {
      axes[i] = i == 0 ? 0 : i == 1 ? rank - 1 : i - 1;
    }
    return rank < 3 ? inOrder(rank) : axes;
  }

  private static int[] inOrder(int rank) {
    int[] axes = new int[rank];
    for (int i = 0; i < rank; i++) {
      axes[i] = i;
    }
    return axes;
  }
}
