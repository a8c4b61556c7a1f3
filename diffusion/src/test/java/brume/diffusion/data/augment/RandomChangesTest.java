package brume.diffusion.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.random.RandomKey;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RandomChangesTest {

  private static final Raster RASTER = new Raster(6, 6, 3);
  private static final int MANY = 20_000;

  private static RandomChanges changes(double probability, EnumSet<Change> of) {
    return new RandomChanges(RASTER, of, probability, RandomKey.of(3));
  }

  private static RandomChanges all(double probability) {
    return changes(probability, EnumSet.allOf(Change.class));
  }

  @Test
  void eachChangeIsDoneWithItsProbability() {
    Map<Change, Integer> counts = new EnumMap<>(Change.class);
    RandomChanges some = all(0.12);
    LongStream.range(0, MANY)
        .forEach(position ->
            some.drawn(position).keySet().forEach(change -> counts.merge(change, 1, Integer::sum)));
    for (Change change : Change.values()) {
      double expected = change == Change.MIRROR ? 1 : 0.12;
      assertEquals(expected, counts.getOrDefault(change, 0) / (double) MANY, 0.012, change.name());
    }
  }

  /** Means and squares of what is told, and that neighbouring numbers do not depend on each other. */
  @Test
  void whatIsDrawnHasTheDistributionsOfEdm() {
    RandomChanges always = all(1);
    double[][] sums = new double[3][19]; // of numbers, of their squares, of products with the next
    LongStream.range(0, MANY).forEach(position -> {
      double[] told = always.told(position);
      for (int i = 0; i < told.length; i++) {
        sums[0][i] += told[i] / MANY;
        sums[1][i] += told[i] * told[i] / MANY;
        sums[2][i] += told[i] * told[(i + 1) % told.length] / MANY;
      }
    });
    // In the order of Change. Squares of moves are those of whole pixels, and are left out.
    double h = 0.5;
    double[] means = {h, h, h, h, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, h, -1, 0, 0};
    double[] squares = {h, h, h, h, -1, -1, 1, 1.5, h, 0.75, 0.25, 1, 1, 1, 1, h, 1.5, h, 1};
    for (int i = 0; i < means.length; i++) {
      assertEquals(means[i], sums[0][i], 0.04, "mean of number " + i);
      if (squares[i] >= 0) {
        assertEquals(squares[i], sums[1][i], 0.06, "square of number " + i);
      }
      int next = (i + 1) % means.length;
      assertEquals(means[i] * means[next], sums[2][i], 0.05, "numbers " + i + " and " + next);
    }
  }

  @Test
  void aPictureIsChangedAsItsPositionSaysWhoeverAsks() {
    RandomChanges some = all(0.5), resumed = all(0.5);
    float[] forward = new float[20 * RASTER.size()], backward = new float[forward.length];
    for (int i = 0; i < forward.length; i++) {
      forward[i] = backward[i] = i % 11 / 11f;
    }
    for (int n = 0; n < 20; n++) {
      some.change(100 + n, forward, n * RASTER.size());
    }
    for (int n = 19; n >= 0; n--) {
      resumed.change(100 + n, backward, n * RASTER.size());
    }
    assertArrayEquals(forward, backward);
    assertArrayEquals(some.told(107), resumed.told(107));
  }

  @Test
  void aChangeIsDrawnTheSameWhateverOthersThereAre() {
    double[] alone = changes(1, EnumSet.of(Change.SHIFT)).told(5);
    double[] among = changes(1, EnumSet.of(Change.SCALE, Change.SHIFT)).told(5);
    assertArrayEquals(alone, new double[] {among[1], among[2]});
  }

  @Test
  void whereNothingIsDrawnNothingIsTold() {
    RandomChanges never = changes(0, EnumSet.complementOf(EnumSet.of(Change.MIRROR)));
    assertTrue(LongStream.range(0, 50).allMatch(p -> never.drawn(p).isEmpty()));
    assertArrayEquals(new double[18], never.told(1));
  }
}
