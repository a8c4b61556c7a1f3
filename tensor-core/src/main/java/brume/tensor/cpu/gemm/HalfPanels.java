package brume.tensor.cpu.gemm;

import static brume.tensor.cpu.gemm.Tile.COLUMNS;

import brume.tensor.DType;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Widening;

/**
 * The panels of a matrix B of half width that is stored column by column, as the weights of a layer are:
 * what {@link TransposedPanels} has of the same numbers in single precision.
 *
 * @param dtype format of the numbers
 * @param bits of the numbers
 * @param first element of the first column
 * @param row elements from a column to the next
 * @param n columns
 * @param pool lends room for a strip
 */
public record HalfPanels(DType dtype, short[] bits, int first, int row, int n, FloatPool pool)
    implements Panels {

  @Override
  public void pack(int column, int from, int to, float[] panel, int at) {
    int width = Math.min(COLUMNS, n - column);
    float[] strip = pool.take(COLUMNS * STRIP);
    for (int p = from; p < to; p += STRIP) {
      int rows = Math.min(STRIP, to - p);
      for (int j = 0; j < width; j++) {
        int source = first + (column + j) * row + p;
        Widening.widen(dtype, bits, source, strip, j * STRIP, rows);
      }
      Panels.of(Matrix.transposed(strip, 0, STRIP), width, 1)
          .pack(0, 0, rows, panel, at + (p - from) * COLUMNS);
    }
    pool.give(strip);
  }
}
