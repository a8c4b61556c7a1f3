package brume.diffusion.data.augment;

/**
 * A square matrix of a few numbers.
 *
 * @param rows one after the other
 */
@SuppressWarnings("ArrayRecordComponent") // multiplied, never compared
record Matrix(double[]... rows) {

  private static final double AXIS =
      1 / Math.sqrt(3); // each part of the unit vector of gray colors

  static Matrix identity(int n) {
    double[][] rows = new double[n][n];
    for (int i = 0; i < n; i++) {
      rows[i][i] = 1;
    }
    return new Matrix(rows);
  }

  static Matrix scaling(double x, double y) {
    return new Matrix(new double[] {x, 0, 0}, new double[] {0, y, 0}, new double[] {0, 0, 1});
  }

  /** From the first axis to the second. */
  static Matrix rotation(double angle) {
    double c = Math.cos(angle), s = Math.sin(angle);
    return new Matrix(new double[] {c, -s, 0}, new double[] {s, c, 0}, new double[] {0, 0, 1});
  }

  static Matrix translation(double x, double y) {
    return new Matrix(new double[] {1, 0, x}, new double[] {0, 1, y}, new double[] {0, 0, 1});
  }

  /** The same for all colors: c·color + offset. */
  static Matrix lighting(double c, double offset) {
    return ofColors((i, j) -> i == j ? c : 0, offset);
  }

  /** Gray parts of colors times a factor, the rest times another. */
  static Matrix parting(double gray, double rest) {
    return ofColors((i, j) -> gray * AXIS * AXIS + rest * ((i == j ? 1 : 0) - AXIS * AXIS), 0);
  }

  /** About the axis of gray colors (Rodrigues). */
  static Matrix hue(double angle) {
    double c = Math.cos(angle), s = Math.sin(angle);
    return ofColors(
        (i, j) ->
            AXIS * AXIS * (1 - c) + (i == j ? c : (j - i + 3) % 3 == 1 ? -s * AXIS : s * AXIS),
        0);
  }

  @FunctionalInterface
  private interface Entry {
    double at(int row, int column);
  }

  private static Matrix ofColors(Entry entry, double offset) {
    double[][] rows = identity(4).rows;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        rows[i][j] = entry.at(i, j);
      }
      rows[i][3] = offset;
    }
    return new Matrix(rows);
  }

  /** What comes of doing the other first. */
  Matrix times(Matrix other) {
    int n = rows.length;
    double[][] product = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          product[i][j] += rows[i][k] * other.rows[k][j];
        }
      }
    }
    return new Matrix(product);
  }
}
