package brume.diffusion.data.augment;

/**
 * Maps the plane of a picture without making edges rough: the picture is doubled in size by a wavelet, read
 * between its pixels there, and halved by the same wavelet.
 *
 * <pre>
 *   u(j)    = Σᵢ h(j + 5 − 2i)·x(i)          doubled, along rows and along columns
 *   t(j)    = u(2·(G⁻¹(j/2 − m) + m))        between four neighbours, m the middle
 *   y(n)    = Σₖ h(k)·t(2n + k − 5)          halved
 * </pre>
 *
 * <p>h is orthogonal to itself moved by two: where the plane stays as it is, y is x. The picture is mirrored
 * at its edges, once; beyond that it is gray. EDM mirrors no more of it than the corners of a batch reach,
 * and six pixels; h may then see gray at the edges of pictures that are made much smaller.
 *
 * @see <a href="https://arxiv.org/abs/2006.06676">Karras et al., Training Generative Adversarial Networks
 *     with Limited Data (2020), appendix B</a>
 */
final class Warp {

  // The symlet of six vanishing moments (Daubechies, Ten Lectures on Wavelets, 1992).
  private static final float[] H = {
    0.015404109327027373f,
    0.0034907120842174702f,
    -0.11799011114819057f,
    -0.048311742585633f,
    0.4910559419267466f,
    0.787641141030194f,
    0.3379294217276218f,
    -0.07263752278646252f,
    -0.021060292512300564f,
    0.04472490177066578f,
    0.0017677118642428036f,
    -0.007800708325034148f
  };
  private static final int BEFORE = 5; // numbers of h before its middle

  private final Raster raster;
  private final Matrix inverse;

  /**
   * Prepares a map.
   *
   * @param raster of the picture
   * @param inverse 3×3, from new places to old ones, (x, y, 1) in pixels from the middle
   */
  Warp(Raster raster, Matrix inverse) {
    this.raster = raster;
    this.inverse = inverse;
  }

  /** Maps the picture that begins at an offset; beyond its mirror images there is a given color. */
  void change(float[] values, int offset, float beyond) {
    int height = raster.height(), width = raster.width(), channels = raster.channels();
    float[] plane = new float[height * width];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane.length; i++) {
        plane[i] = values[offset + i * channels + c] - beyond;
      }
      float[] mapped = halved(read(new Doubled(plane, height, width)));
      for (int i = 0; i < plane.length; i++) {
        values[offset + i * channels + c] = mapped[i] + beyond;
      }
    }
  }

  /** The doubled picture where new pixels need it, (2H + 10, 2W + 10). */
  private float[] read(Doubled doubled) {
    int rows = grid(raster.height()), columns = grid(raster.width());
    double my = (raster.height() - 1) / 2.0, mx = (raster.width() - 1) / 2.0;
    double[] toX = inverse.rows()[0], toY = inverse.rows()[1];
    float[] read = new float[rows * columns];
    for (int j = 0; j < rows; j++) {
      double y = (j - BEFORE) / 2.0 - my;
      for (int i = 0; i < columns; i++) {
        double x = (i - BEFORE) / 2.0 - mx;
        read[j * columns + i] = doubled.at(
            2 * (toY[0] * x + toY[1] * y + toY[2] + my),
            2 * (toX[0] * x + toX[1] * y + toX[2] + mx));
      }
    }
    return read;
  }

  private static int grid(int size) {
    return 2 * size + H.length - 2;
  }

  private float[] halved(float[] read) {
    int height = raster.height(), width = raster.width();
    int rows = grid(height), columns = grid(width);
    float[] narrow = new float[rows * width];
    for (int j = 0; j < rows; j++) {
      for (int x = 0; x < width; x++) {
        for (int k = 0; k < H.length; k++) {
          narrow[j * width + x] += H[k] * read[j * columns + 2 * x + k];
        }
      }
    }
    float[] small = new float[height * width];
    for (int y = 0; y < height; y++) {
      for (int k = 0; k < H.length; k++) {
        for (int x = 0; x < width; x++) {
          small[y * width + x] += H[k] * narrow[(2 * y + k) * width + x];
        }
      }
    }
    return small;
  }

  /** One channel and its mirror images, doubled in size. */
  private static final class Doubled {
    private final int height; // of the picture alone
    private final int width;
    private final int rows; // with its mirror images, doubled
    private final int columns;
    private final float[] values;

    Doubled(float[] plane, int height, int width) {
      this.height = height;
      this.width = width;
      this.rows = 2 * (3 * height - 2);
      this.columns = 2 * (3 * width - 2);
      float[] wide = new float[height * columns];
      for (int y = 0; y < height; y++) {
        for (int j = 0; j < columns; j++) {
          float sum = 0;
          for (int i = first(j); i <= last(j, columns / 2); i++) {
            int x = Raster.mirrored(i - (width - 1), width);
            sum += H[j + BEFORE - 2 * i] * plane[y * width + x];
          }
          wide[y * columns + j] = sum;
        }
      }
      this.values = new float[rows * columns];
      for (int j = 0; j < rows; j++) {
        for (int i = first(j); i <= last(j, rows / 2); i++) {
          int from = Raster.mirrored(i - (height - 1), height) * columns;
          float h = H[j + BEFORE - 2 * i];
          for (int x = 0; x < columns; x++) {
            values[j * columns + x] += h * wide[from + x];
          }
        }
      }
    }

    /** Of the pixels that reach a place of the doubled picture. */
    private static int first(int j) {
      return Math.max(0, (j + BEFORE - H.length + 2) >> 1); // rounded up
    }

    private static int last(int j, int size) {
      return Math.min(size - 1, (j + BEFORE) / 2);
    }

    /** Between four neighbours; zero beyond the mirror images. */
    float at(double y, double x) {
      double row = y + 2 * (height - 1), column = x + 2 * (width - 1);
      int top = (int) Math.floor(row), left = (int) Math.floor(column);
      float down = (float) (row - top), right = (float) (column - left);
      return (1 - down) * ((1 - right) * pixel(top, left) + right * pixel(top, left + 1))
          + down * ((1 - right) * pixel(top + 1, left) + right * pixel(top + 1, left + 1));
    }

    private float pixel(int row, int column) {
      return row < 0 || row >= rows || column < 0 || column >= columns
          ? 0
          : values[row * columns + column];
    }
  }
}
