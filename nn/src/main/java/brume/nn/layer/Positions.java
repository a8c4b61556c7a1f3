package brume.nn.layer;

import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;

/**
 * Where the tokens of a picture stand, as fixed waves: the first half of the channels tells the column,
 * the second the row, each as sines, then cosines of frequencies 10000^(−4i/C).
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., Attention Is All You Need (2017), section
 *     3.5</a>
 */
public final class Positions {

  private static final TimeEncoding.Sinusoidal WAVES = new TimeEncoding.Sinusoidal(10000, false, 0);

  private Positions() {}

  /**
   * The waves of all places of a grid.
   *
   * @param device where
   * @param rows of tokens
   * @param columns tokens of a row
   * @param channels C, a multiple of 4
   * @return (1, rows·columns, C), row by row, owned by the innermost scope
   */
  public static Tensor table(Device device, int rows, int columns, int channels) {
    int half = channels / 2;
    double[] table = new double[Shape.product(rows * columns, channels)];
    for (int token = 0; token < rows * columns; token++) {
      int column = token % columns, row = token / columns;
      double[] across = WAVES.encode(new double[] {column}, half);
      double[] down = WAVES.encode(new double[] {row}, half);
      System.arraycopy(across, 0, table, token * channels, half);
      System.arraycopy(down, 0, table, token * channels + half, half);
    }
    return Tensor.of(device, Shape.of(1, rows * columns, channels), table);
  }
}
