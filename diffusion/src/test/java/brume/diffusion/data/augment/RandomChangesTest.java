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

  /** A fifth of a sixth of a sixth would be left of numbers that depend on each other. */
  @Test
  void whatIsDrawnHasTheDistributionsOfEdm() {
    RandomChanges always = all(1);
    double[][] sums =
        new double[3][14 + 5]; // of what is told, of its squares, of the product with the next
    LongStream.range(0, MANY).forEach(position -> {
      double[] told = always.told(position);
      for (int i = 0; i < told.length; i++) {
        sums[0][i] += told[i] / MANY;
        sums[1][i] += told[i] * told[i] / MANY;
        sums[2][i] += told[i] * told[(i + 1) % told.length] / MANY;
      }
    });
    // mirror, flip, turn 2, move 2, scale, rotate 2, stretch 2, shift 2, brightness, contrast,
    // invert, hue 2, saturation
    double h = 0.5, move = 0; // moves of ±1 pixel or none
    double[] means = {h, h, h, h, move, move, 0, -1, 0, 0, 0, 0, 0, 0, 0, h, -1, 0, 0};
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
