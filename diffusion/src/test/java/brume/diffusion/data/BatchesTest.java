package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BatchesTest {
  /** Pictures of 1x2 whose pixels are their number and that plus one half. */
  private record Numbers(int size) implements Dataset {
    @Override
    public int height() {
      return 1;
    }

    @Override
    public int width() {
      return 2;
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public void read(int index, boolean flipped, float[] into, int offset) {
      into[offset] = flipped ? index + 0.5f : index;
      into[offset + 1] = flipped ? index : index + 0.5f;
    }

    @Override
    public String source() {
      return "nowhere";
    }
  }

  private static int[] order(Batches batches, int size, long epoch) {
    return IntStream.range(0, size).map(i -> batches.index(epoch * size + i)).toArray();
  }

  @Test
  void everyEpochHasEveryPictureOnceInAnotherOrder() {
    Batches batches = new Batches(new Numbers(100), 7, false);
    int[] all = IntStream.range(0, 100).toArray();
    List<int[]> orders =
        LongStream.range(0, 20).mapToObj(epoch -> order(batches, 100, epoch)).toList();
    for (int[] order : orders) {
      int[] sorted = order.clone();
      Arrays.sort(sorted);
      assertArrayEquals(all, sorted);
      assertFalse(Arrays.equals(all, order));
    }
    assertEquals(20, orders.stream().map(Arrays::toString).distinct().count());
  }

  @Test
  void aPositionIsAllThereIsToKnow() {
    Batches steady = new Batches(new Numbers(10), 3, true);
    List<Integer> forward = LongStream.range(0, 100).mapToObj(steady::index).toList();
    for (long position = 99; position >= 0; position--) {
      Batches resumed = new Batches(new Numbers(10), 3, true);
      assertEquals(forward.get((int) position), resumed.index(position));
      assertEquals(steady.flipped(position), resumed.flipped(position));
    }
  }

  @Test
  void orderAndFlipsAreTheSameOnEveryJdk() {
    Batches batches = new Batches(new Numbers(10), 42, true);
    assertEquals("[6, 2, 9, 8, 1, 0, 7, 5, 4, 3]", Arrays.toString(order(batches, 10, 0)));
    assertEquals("[2, 0, 5, 9, 7, 1, 3, 8, 6, 4]", Arrays.toString(order(batches, 10, 1_000_000)));
    StringBuilder flips = new StringBuilder();
    LongStream.range(0, 20).forEach(i -> flips.append(batches.flipped(i) ? 1 : 0));
    assertEquals("00101011111001000000", flips.toString());
  }

  @Test
  void seedsDiffer() {
    assertNotEquals(
        Arrays.toString(order(new Batches(new Numbers(50), 1, false), 50, 0)),
        Arrays.toString(order(new Batches(new Numbers(50), 2, false), 50, 0)));
  }

  @Test
  void aPictureIsEquallyLikelyEverywhere() {
    Batches batches = new Batches(new Numbers(8), 5, false);
    int[][] count = new int[8][8];
    for (int position = 0; position < 8 * 8000; position++) {
      count[position % 8][batches.index(position)]++;
    }
    for (int[] row : count) {
      for (int times : row) {
        assertEquals(1000, times, 5 * Math.sqrt(1000 * 7 / 8.0)); // five standard deviations
      }
    }
  }

  @Test
  void halfOfThePicturesAreFlippedIfAsked() {
    Batches flipping = new Batches(new Numbers(10), 1, true);
    Batches steady = new Batches(new Numbers(10), 1, false);
    long flipped = LongStream.range(0, 10_000).filter(flipping::flipped).count();
    assertEquals(5000, flipped, 250); // five standard deviations
    assertEquals(0, LongStream.range(0, 10_000).filter(steady::flipped).count());
  }

  @Test
  void aBatchCrossesIntoTheNextEpoch() throws IOException {
    Batches batches = new Batches(new Numbers(3), 9, true);
    float[] values = new float[10];
    batches.read(1, 5, values);
    for (int n = 0; n < 5; n++) {
      int index = batches.index(1 + n);
      boolean flipped = batches.flipped(1 + n);
      assertEquals(flipped ? index + 0.5f : index, values[2 * n]);
      assertEquals(flipped ? index : index + 0.5f, values[2 * n + 1]);
    }
    assertEquals(0, batches.epoch(2));
    assertEquals(1, batches.epoch(3));
  }

  @Test
  void refusesNegativePositions() {
    Batches batches = new Batches(new Numbers(3), 9, false);
    for (Runnable use : List.<Runnable>of(
        () -> batches.index(-1), () -> batches.flipped(-1), () -> batches.epoch(-1))) {
      String message = assertThrows(IllegalArgumentException.class, use::run).getMessage();
      assertEquals("batches: expected a position of at least 0, got -1", message);
    }
    assertTrue(batches.index(Long.MAX_VALUE) >= 0);
  }
}
