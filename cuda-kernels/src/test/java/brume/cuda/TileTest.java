package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, SMALL",
    "16, 16, SMALL",
    "3, 500, WIDE",
    "500, 9, TALL",
    "32, 32, MEDIUM",
    "4096, 32, MEDIUM",
    "64, 64, LARGE",
    "1000, 1000, LARGE"
  })
  void aTileFitsItsResult(int m, int n, Tile expected) {
    assertEquals(expected, Tile.of(m, n));
  }

  @Test
  void tilesCoverTheLastRowsAndColumns() {
    assertEquals(1, Tile.LARGE.count(64, 64));
    assertEquals(4, Tile.LARGE.count(65, 65));
    assertEquals(0, Tile.LARGE.count(0, 65));
  }

  @Test
  void partsCoverAllTerms() {
    for (int terms : new int[] {0, 1, 255, 256, 511, 512, 513, 5000, 100_003}) {
      Parts parts = Parts.of(terms, 3, 1000, 256, 16);
      assertTrue(parts.count() * (long) parts.length() >= terms, () -> terms + " in " + parts);
      assertTrue(
          (parts.count() - 1) * (long) parts.length() < Math.max(1, terms),
          () -> terms + " in " + parts);
    }
  }

  @Test
  void sumsAreSplitOnlyToOccupyTheDevice() {
    assertEquals(1, Parts.of(100_000, 512, 1000, 256, 16).count());
    assertEquals(1, Parts.of(500, 1, 1000, 256, 16).count());
    assertEquals(16, Parts.of(100_000, 32, 1000, 256, 16).count());
    assertEquals(2, Parts.of(100_000, 1, 1 << 23, 256, 16).count());
  }
}
