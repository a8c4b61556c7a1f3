package brume.diffusion.data;

/**
 * Brings pictures to another size. Every new pixel is a mean of the old ones under a triangle around its
 * centre, two new pixels wide where the picture gets smaller, two old pixels wide where it gets larger:
 * no old pixel is left out, so that fine stripes become grey. Pillow's bilinear filter with antialiasing
 * is the same, as is the one of PyTorch.
 */
final class Resampling {

  private Resampling() {}

  /** Rows of a picture, so that not all of a large one is there as numbers at once. */
  @FunctionalInterface
  interface Rows {

    /**
     * Reads one row.
     *
     * @param y its number
     * @param row receives (W, C) values
     */
    void read(int y, float[] row);
  }

  /**
   * A picture in another size.
   *
   * @param rows of the picture
   * @param H its height
   * @param W its width
   * @param C its channels
   * @param size of the result
   * @return (height, width, C) values in the same range
   */
  static float[] resized(Rows rows, int H, int W, int C, PictureSize size) {
    float[] wide = new float[H * size.width() * C];
    float[] row = new float[W * C];
    for (int y = 0; y < H; y++) {
      rows.read(y, row);
      float[] scaled = W == size.width() ? row : along(row, 1, W, C, size.width());
      System.arraycopy(scaled, 0, wide, y * scaled.length, scaled.length);
    }
    return H == size.height() ? wide : along(wide, 1, H, size.width() * C, size.height());
  }

  /** (N, length, C) values become (N, size, C). */
  private static float[] along(float[] from, int N, int length, int C, int size) {
    float[] to = new float[N * size * C];
    double scale = (double) length / size;
    double reach = Math.max(scale, 1); // of the triangle to each side, in old pixels
    for (int i = 0; i < size; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - reach + 0.5));
      int end = Math.min(length, (int) (centre + reach + 0.5));
      double[] weights = new double[end - first];
      double sum = 0;
      for (int j = first; j < end; j++) {
        double distance = Math.abs(j + 0.5 - centre) / reach;
        weights[j - first] = Math.max(0, 1 - distance);
        sum += weights[j - first];
      }
      for (int n = 0; n < N; n++) {
        mean(from, (n * length + first) * C, weights, sum, to, (n * size + i) * C, C);
      }
    }
    return to;
  }

  private static void mean(
      float[] from, int at, double[] weights, double sum, float[] to, int into, int C) {
    for (int j = 0; j < weights.length; j++) {
      float weight = (float) (weights[j] / sum);
      for (int c = 0; c < C; c++) {
        to[into + c] += weight * from[at + j * C + c];
      }
    }
  }
}
