package brume.nn.karras;

import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.MapAxis.mapAxis;
import static brume.autograd.function.shape.Pad.pad;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.StoredLayout;
import brume.tensor.Shape;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.ConvGeometry.Window;

/** What the positions of an input are: how filters lie over them, and which axes are halved. */
public enum Space {
  /** Steps of a sequence: inputs (N, 1, L, C). */
  SEQUENCE(StoredLayout.FILTERS_1D) {
    @Override
    Shape filters(int cout, int size, int cin) {
      return Shape.of(cout, 1, size, cin);
    }

    @Override
    int[] axes(Halving halving) {
      return new int[] {2};
    }

    @Override
    Variable convolve(Variable x, Variable w) {
      int around = w.shape().dim(2) / 2;
      return conv2d(x, w, new Window(1, 1, 0, around, 0, around, 1, 1, 1));
    }
  },
  /** Pixels: inputs (N, H, W, C). */
  IMAGE(StoredLayout.FILTERS) {
    @Override
    Shape filters(int cout, int size, int cin) {
      return Shape.of(cout, size, size, cin);
    }

    @Override
    int[] axes(Halving halving) {
      return new int[] {1, 2};
    }

    @Override
    Variable convolve(Variable x, Variable w) {
      return conv2d(x, w, Window.padded(w.shape().dim(1) / 2));
    }
  },
  /** Pixels of frames: inputs (N, F, H, W, C). */
  VIDEO(StoredLayout.FILTERS_3D) {
    @Override
    Shape filters(int cout, int size, int cin) {
      return Shape.of(cout, size, size, size, cin);
    }

    @Override
    int[] axes(Halving halving) {
      return switch (halving) {
        case ALL -> new int[] {1, 2, 3};
        case IMAGE -> new int[] {2, 3};
        case FRAME -> new int[] {1};
      };
    }

    /**
     * As one convolution of images, whose channels are those of a frame and its neighbors: filters (Cout,
     * KH, KW, KF, Cin) are at the same time (Cout, KH, KW, KF·Cin).
     */
    @Override
    Variable convolve(Variable x, Variable w) {
      Shape at = x.shape(), filters = w.shape();
      int size = filters.dim(1), around = size / 2, frames = at.dim(1);
      Variable padded = size == 1 ? x : pad(x, 1, around, around, 0);
      Variable[] neighbors = new Variable[size];
      for (int i = 0; i < size; i++) {
        neighbors[i] = size == 1 ? x : slice(padded, 1, i, i + frames);
      }
      Variable images = reshape(
          concatenate(neighbors),
          Shape.of(at.dim(0) * frames, at.dim(2), at.dim(3), size * at.dim(4)));
      Variable flat =
          reshape(w, Shape.of(filters.dim(0), size, size, filters.dim(3) * filters.dim(4)));
      Variable y = IMAGE.convolve(images, flat);
      return reshape(y, at.with(-1, filters.dim(0)));
    }
  };

  private final StoredLayout layout;

  Space(StoredLayout layout) {
    this.layout = layout;
  }

  /** Shape of filters that see {@code size} positions along every axis. */
  abstract Shape filters(int cout, int size, int cin);

  /** The axes that a halving halves. */
  abstract int[] axes(Halving halving);

  /** Applies filters of the shape of {@link #filters}, of an odd size, with zeros around x. */
  abstract Variable convolve(Variable x, Variable w);

  /** How files order filters. */
  StoredLayout layout() {
    return layout;
  }

  /** Half the size along the axes of a halving, by linear interpolation. */
  Variable halve(Variable x, Halving halving) {
    Variable y = x;
    for (int axis : axes(halving)) {
      y = resized(y, axis, y.shape().dim(axis) / 2);
    }
    return y;
  }

  /** Twice the size along the axes of a halving, by linear interpolation. */
  Variable twice(Variable x, Halving halving) {
    Variable y = x;
    for (int axis : axes(halving)) {
      y = resized(y, axis, y.shape().dim(axis) * 2);
    }
    return y;
  }

  /** Interpolates between the centers of positions. */
  private static Variable resized(Variable x, int axis, int after) {
    int before = x.shape().dim(axis);
    double step = (double) before / after;
    double[] positions = new double[after];
    for (int j = 0; j < after; j++) {
      positions[j] = (j + 0.5) * step - 0.5;
    }
    return mapAxis(x, axis, AxisMap.interpolate(before, positions));
  }
}
