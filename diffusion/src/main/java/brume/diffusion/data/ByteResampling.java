package brume.diffusion.data;

import brume.diffusion.image.Picture;
import java.util.function.DoubleUnaryOperator;

/**
 * Brings pictures of bytes to another size as Pillow does: across, then down, rounding and cutting to 256
 * levels after each, so that what a filter overshoots is lost. {@link Resampling} keeps fractions between.
 *
 * @see <a href="https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c">Pillow,
 *     Resample.c</a>
 */
enum ByteResampling {
  /** Lanczos' filter of three lobes. */
  LANCZOS(3, x -> x < 3 ? sinc(x) * sinc(x / 3) : 0),
  /** A triangle. */
  BILINEAR(1, x -> x < 1 ? 1 - x : 0),
  /** Keys' cubic with a = −½. */
  BICUBIC(2, ByteResampling::cubic),
  /** The mean of what is covered. */
  BOX(0.5, x -> x <= 0.5 ? 1 : 0);

  private static final int FRACTION = 22; // bits of a weight behind the point
  private static final double A = -0.5;

  private final double reach; // in pixels, to each side
  private final DoubleUnaryOperator filter; // of distances of 0 and more

  ByteResampling(double reach, DoubleUnaryOperator filter) {
    this.reach = reach;
    this.filter = filter;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }

  private static double cubic(double x) {
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }

  /** A picture in another size. */
  Picture resized(Picture picture, int height, int width) {
    int H = picture.height(), W = picture.width(), C = picture.channels();
    byte[] bytes = picture.toBytes();
    if (width != W) {
      bytes = along(bytes, H, W, C, width);
    }
    if (height != H) {
      bytes = along(bytes, 1, H, width * C, height);
    }
    return Picture.of(height, width, C, bytes);
  }

  /** (rows, length, columns) to (rows, size, columns). */
  private byte[] along(byte[] from, int rows, int length, int columns, int size) {
    byte[] to = new byte[rows * size * columns];
    double scale = (double) length / size, wide = Math.max(scale, 1);
    for (int i = 0; i < size; i++) {
      double center = (i + 0.5) * scale;
      int first = Math.max(0, (int) (center - reach * wide + 0.5));
      int end = Math.min(length, (int) (center + reach * wide + 0.5));
      int[] weights = weights(first, end, center, wide);
      for (int row = 0; row < rows; row++) {
        for (int c = 0; c < columns; c++) {
          int sum = 1 << FRACTION - 1;
          for (int j = first; j < end; j++) {
            sum += (from[(row * length + j) * columns + c] & 0xFF) * weights[j - first];
          }
          to[(row * size + i) * columns + c] = (byte) Math.max(0, Math.min(255, sum >> FRACTION));
        }
      }
    }
    return to;
  }

  private int[] weights(int first, int end, double center, double wide) {
    double[] heights = new double[end - first];
    double sum = 0;
    for (int j = first; j < end; j++) {
      heights[j - first] = filter.applyAsDouble(Math.abs((j - center + 0.5) / wide));
      sum += heights[j - first];
    }
    int[] weights = new int[heights.length];
    for (int j = 0; j < weights.length; j++) {
      double weight = heights[j] / sum * (1 << FRACTION);
      weights[j] = (int) (weight + (weight < 0 ? -0.5 : 0.5));
    }
    return weights;
  }
}
