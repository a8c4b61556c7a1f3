package brume.nn.unet.edm;

import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.conv.ConvTranspose2d.convTranspose2d;
import static brume.autograd.function.resample.AveragePool.averagePool;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ConvGeometry.Window;

/** How pictures are halved and doubled: by what is averaged into a pixel, and what a pixel is spread over. */
public enum Filter {
  /** The weights (1, 1) along either axis: the average of four pixels, and four copies of one. */
  BOX {
    @Override
    public Variable halved(Variable x) {
      return averagePool(x, 2);
    }

    @Override
    public Variable doubled(Variable x) {
      return upsampleNearest(x, 2);
    }

    @Override
    int margin() {
      return 0;
    }

    @Override
    Variable halvedWithin(Variable x) {
      return averagePool(x, 2);
    }
  },
  /** The weights (1, 3, 3, 1) along either axis, which are smoother; beyond the edges there are zeros. */
  BINOMIAL {
    @Override
    public Variable halved(Variable x) {
      return conv2d(x, weights(x, 1), window(x, 1));
    }

    @Override
    public Variable doubled(Variable x) {
      return convTranspose2d(x, weights(x, 4), window(x, 1), 0, 0);
    }

    @Override
    int margin() {
      return 1;
    }

    @Override
    Variable halvedWithin(Variable x) {
      return conv2d(x, weights(x, 1), window(x, 0));
    }
  };

  private static final double[] ROW = {0.125, 0.375, 0.375, 0.125};

  /**
   * Halves pictures.
   *
   * @param x (N, H, W, C) with even H and W
   * @return (N, H/2, W/2, C)
   */
  public abstract Variable halved(Variable x);

  /**
   * Doubles pictures.
   *
   * @param x (N, H, W, C)
   * @return (N, 2H, 2W, C)
   */
  public abstract Variable doubled(Variable x);

  /** Pixels that a picture must have on every side besides those that count, for {@link #halvedWithin}. */
  abstract int margin();

  /** (N, H + 2·margin, W + 2·margin, C) to (N, H/2, W/2, C): halves without a look beyond the edges. */
  abstract Variable halvedWithin(Variable x);

  /** The same weights for every channel, (C, 4, 4, 1), of the given sum. */
  private static Variable weights(Variable x, double sum) {
    int channels = x.shape().dim(3), side = ROW.length;
    double[] weights = new double[channels * side * side];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = sum * ROW[i / side % side] * ROW[i % side];
    }
    return Variable.constant(
        Tensor.of(x.value().device(), Shape.of(channels, side, side, 1), weights));
  }

  /** Every other pixel, each channel for itself. */
  private static Window window(Variable x, int padding) {
    return new Window(2, 2, padding, padding, padding, padding, 1, 1, x.shape().dim(3));
  }
}
