package brume.diffusion.data;

import java.util.stream.IntStream;

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
    Triangle[] across = triangles(W, size.width());
    Triangle[] down = triangles(H, size.height());
    float[] resized = new float[size.height() * size.width() * C];
    float[] row = new float[W * C];
    int first = 0; // new row that this old one may be part of
    for (int y = 0; y < H; y++) {
      rows.read(y, row);
      float[] scaled = W == size.width() ? row : along(row, across, C);
      while (down[first].end() <= y) {
        first++;
      }
      for (int i = first; i < down.length && down[i].first() <= y; i++) {
        add(scaled, 0, down[i].weight(y), resized, i * scaled.length, scaled.length);
      }
    }
    return resized;
  }

  /**
   * Weights of the old pixels of which a new one is the mean.
   *
   * @param centre in old pixels
   * @param reach to each side
   * @param first old pixel
   * @param end behind the last
   * @param sum of all weights
   */
  private record Triangle(double centre, double reach, int first, int end, double sum) {

    static Triangle of(double centre, double reach, int length) {
      int first = Math.max(0, (int) (centre - reach + 0.5));
      int end = Math.min(length, (int) (centre + reach + 0.5));
      double sum = 0;
      for (int j = first; j < end; j++) {
        sum += height(j, centre, reach);
      }
      return new Triangle(centre, reach, first, end, sum);
    }

    private static double height(int j, double centre, double reach) {
      return Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
    }

    float weight(int j) {
      return (float) (height(j, centre, reach) / sum);
    }
  }

  private static Triangle[] triangles(int length, int size) {
    double scale = (double) length / size;
    double reach = Math.max(scale, 1); // of the triangle to each side, in old pixels
    return IntStream.range(0, size)
        .mapToObj(i -> Triangle.of((i + 0.5) * scale, reach, length))
        .toArray(Triangle[]::new);
  }

  /** (length, C) values become (size, C). */
  private static float[] along(float[] from, Triangle[] triangles, int C) {
    float[] to = new float[triangles.length * C];
    for (int i = 0; i < triangles.length; i++) {
      for (int j = triangles[i].first(); j < triangles[i].end(); j++) {
        add(from, j * C, triangles[i].weight(j), to, i * C, C);
      }
    }
    return to;
  }

  private static void add(float[] from, int at, float weight, float[] to, int into, int count) {
    for (int c = 0; c < count; c++) {
      to[into + c] += weight * from[at + c];
    }
  }
}
