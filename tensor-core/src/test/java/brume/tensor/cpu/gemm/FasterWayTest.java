package brume.tensor.cpu.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FasterWayTest {

  private static int firstOf(FasterWay way, int times, long first, long second) {
    int gone = 0;
    for (int i = 0; i < times; i++) {
      boolean one = way.first();
      way.took(one, one ? first : second, 10);
      gone += one ? 1 : 0;
    }
    return gone;
  }

  @Test
  void bothAreTriedAndThenTheFasterOneGoesOn() {
    FasterWay first = new FasterWay(), second = new FasterWay();
    assertEquals(8, firstOf(first, 16, 100, 110));
    assertEquals(8, firstOf(second, 16, 110, 100));
    assertTrue(first.first());
    assertFalse(second.first());
  }

  @Test
  void oneBadTimeDecidesNothing() {
    FasterWay way = new FasterWay();
    way.took(way.first(), 10_000, 10);
    firstOf(way, 15, 100, 110);
    assertTrue(way.first());
  }

  @Test
  void workCountsAndNotTimeAlone() {
    FasterWay way = new FasterWay();
    for (int i = 0; i < 16; i++) {
      boolean one = way.first();
      way.took(one, one ? 100 : 50, one ? 100 : 10);
    }
    assertTrue(way.first());
  }

  /** What was slow because it was not compiled yet may win later, after 256 times or 4096. */
  @Test
  void theContestIsHeldAgain() {
    FasterWay way = new FasterWay();
    firstOf(way, 16, 5_000, 4_000);
    assertEquals(0, firstOf(way, 256 - 16, 100, 110));
    assertEquals(8, firstOf(way, 16, 100, 110));
    assertEquals(4096 - 256 - 16, firstOf(way, 4096 - 256 - 16, 100, 110));
    assertEquals(8, firstOf(way, 16, 100, 110));
  }

  @Test
  void stripsAndTilesGiveTheSameBits() {
    Random random = new Random(1);
    int m = 29, n = 9 * Tile.COLUMNS, k = 40;
    float[] a = numbers(random, m * k), b = numbers(random, k * n);
    float[] strips = new float[m * n], tiles = new float[m * n];
    FloatPool pool = new FloatPool();
    int[] rows = Matrix.of(a, 0, k).rows(m);
    float[] edge = new float[Tile.edgeLength(k)];
    try (Workers workers = new Workers(1);
        PackedMatrix packed =
            new PackedMatrix(Panels.of(Matrix.of(b, 0, n), n, 1), n, k, workers, pool)) {
      try (RowStrips of = new RowStrips(m, k, a, rows, 0, pool)) {
        int at = packed.at(0, 0);
        of.multiply(0, k, packed.array(), at, packed.step(), n, strips, 0, n, false, edge);
      }
      for (int j = 0; j < n; j += Tile.COLUMNS) {
        RowTiles.multiply(
            m,
            k,
            a,
            rows,
            0,
            packed.array(),
            packed.at(j, 0),
            packed.step(),
            Tile.COLUMNS,
            tiles,
            j,
            n,
            false,
            edge);
      }
    }
    assertArrayEquals(tiles, strips);
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
