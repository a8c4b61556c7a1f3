package brume.tensor.cpu.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tiles of every width and height give each element as one chain of multiply-adds, to the last bit. */
class TilesTest {

  private static final int K = 7;
  private static final int C_ROW = Tile.WIDE + 3;

  /** How panels lie in memory: elements from the first to the second, and from a row to the next. */
  private record Layout(int step, int row) {}

  private static final Layout PACKED = new Layout(K * Tile.COLUMNS + 2, Tile.COLUMNS);

  /** Columns of a matrix, where they are. */
  private static final Layout IN_PLACE = new Layout(Tile.COLUMNS, Tile.WIDE + 1);

  private final Random random = new Random(5);

  private float[] numbers(int length) {
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }

  @Test
  void rowsOfAnyNumberTimesPanelsOfAnyWidth() {
    for (int width = 1; width <= Tile.WIDE; width++) {
      for (int m = 1; m <= 14; m++) {
        int aRow = K + 2, from = 3;
        float[] a = numbers(from + m * aRow);
        int[] rows = Matrix.of(a, 1, aRow).rows(m);
        for (boolean add : new boolean[] {false, true}) {
          check(
              PACKED,
              width,
              m,
              add,
              a,
              from,
              aRow,
              1,
              (panels, at, step, some, c, plus, edge) -> RowTiles.multiply(
                  rows.length, K, a, rows, 2, panels, at, step, some, c, 1, C_ROW, plus, edge));
        }
      }
    }
  }

  @Test
  void columnsOfAnyNumberTimesPanelsOfAnyWidth() {
    for (Layout layout : new Layout[] {PACKED, IN_PLACE}) {
      for (int width = 1; width <= Tile.WIDE; width++) {
        for (int m = 1; m <= 17; m++) {
          int aRow = m + 1, from = 3, columns = m, bRow = layout.row;
          float[] a = numbers(from + K * aRow);
          for (boolean add : new boolean[] {false, true}) {
            check(
                layout,
                width,
                m,
                add,
                a,
                from,
                1,
                aRow,
                (panels, at, step, some, c, plus, edge) -> ColumnTiles.multiply(
                    columns, K, a, from, aRow, panels, at, step, bRow, some, c, 1, C_ROW, plus,
                    edge));
          }
        }
      }
    }
  }

  /** What multiplies A with two panels. */
  private interface Product {
    void multiply(
        float[] panels, int at, int step, int width, float[] c, boolean add, float[] edge);
  }

  /** Element (i, p) of A is at {@code from + i*aRow + p*aColumn}. */
  private void check(
      Layout layout,
      int width,
      int m,
      boolean add,
      float[] a,
      int from,
      int aRow,
      int aColumn,
      Product product) {
    float[] b = numbers(K * width),
        c = numbers(1 + m * C_ROW),
        edge = new float[Tile.edgeLength(K)];
    int at = 5;
    float[] panels = new float[at + layout.step + K * layout.row + Tile.COLUMNS];
    for (int p = 0; p < K; p++) {
      for (int j = 0; j < width; j++) {
        int panel = j / Tile.COLUMNS, column = j % Tile.COLUMNS;
        panels[at + panel * layout.step + p * layout.row + column] = b[p * width + j];
      }
    }
    float[] expected = c.clone();
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < width; j++) {
        float sum = 0;
        for (int p = 0; p < K; p++) {
          sum = Math.fma(a[from + i * aRow + p * aColumn], b[p * width + j], sum);
        }
        int to = 1 + i * C_ROW + j;
        expected[to] = add ? expected[to] + sum : sum;
      }
    }
    product.multiply(panels, at, layout.step, width, c, add, edge);
    assertEquals(
        -1, Arrays.mismatch(expected, c), () -> "width " + width + ", m " + m + ", add " + add);
  }
}
