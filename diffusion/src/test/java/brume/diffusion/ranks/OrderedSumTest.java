package brume.diffusion.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.random.RandomKey;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of many ranks have the bits of a sum in the order of the parts. */
class OrderedSumTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int[] LENGTHS = {5, 1, 0, 64, 33, 2, 7};
  private static final int PARTS = 7, STEPS = 3;

  @ParameterizedTest
  @CsvSource({"1, 16", "2, 16", "3, 16", "4, 1000", "5, 1", "7, 16", "7, 100"})
  void theNumberOfRanksChangesNoBit(int size, int bucket) throws Exception {
    for (List<float[][]> all : sums(size, bucket, Wire.F32)) {
      for (int step = 0; step < STEPS; step++) {
        assertSame(folded(step), all.get(step));
      }
    }
  }

  @Test
  void roundedOnTheWireTheNumberOfRanksChangesNoBitEither() throws Exception {
    List<float[][]> alone = sums(1, 16, Wire.BF16).get(0);
    for (int size : new int[] {2, 3, 7}) {
      for (List<float[][]> all : sums(size, 16, Wire.BF16)) {
        for (int step = 0; step < STEPS; step++) {
          assertSame(alone.get(step), all.get(step));
        }
      }
    }
    assertEquals(folded(0)[3][0], alone.get(0)[3][0], 0.05 * Math.abs(folded(0)[3][0]));
    assertTrue(folded(0)[3][0] != alone.get(0)[3][0], "nothing was rounded");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void inArraysAreOneVectorAndAShareOfItAndASliceOfABucket(int size) {
    int numbers = 6 << 20, bucket = OrderedSum.bucket(size);
    Ranks ranks = ThreadRanks.of(size, PATIENCE).get(0);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long arrays = threads.getCurrentThreadAllocatedBytes();
    try (OrderedSum sum = new OrderedSum(ranks, new int[] {numbers}, 8, Wire.F32)) {
      arrays = threads.getCurrentThreadAllocatedBytes() - arrays;
      assertEquals(numbers, sum.sum(0).length);
    }
    long slice = 4L * bucket / size;
    assertEquals(4L * numbers + 4L * numbers / size + slice, arrays, 1 << 16);
  }

  @Test
  void moreRanksThanPartsAreRefused() {
    Ranks one = ThreadRanks.of(4, PATIENCE).get(0);
    String said = assertThrows(
            IllegalArgumentException.class, () -> new OrderedSum(one, LENGTHS, 3, Wire.F32))
        .getMessage();
    assertTrue(said.contains("3 parts") && said.contains("got 4"), said);
  }

  @Test
  void aRankThatHangsIsNoticed() throws Exception {
    List<Ranks> ranks = ThreadRanks.of(2, Duration.ofMillis(50));
    try (OrderedSum sum = new OrderedSum(ranks.get(0), LENGTHS, PARTS, Wire.F32)) {
      String said = assertThrows(IOException.class, () -> {
            sum.put(0, (into, at) -> {});
            sum.endRound();
            sum.endRound();
          })
          .getMessage();
      assertTrue(said.contains("rank 0 of 2") && said.contains("hangs"), said);
    }
  }

  /** What each rank has in the end: of every step the pieces, null for those that no part had. */
  private static List<List<float[][]>> sums(int size, int bucket, Wire wire) throws Exception {
    return together(ThreadRanks.of(size, PATIENCE), ranks -> {
      List<float[][]> steps = new ArrayList<>();
      try (OrderedSum sum = new OrderedSum(ranks, LENGTHS, PARTS, wire, bucket)) {
        for (int step = 0; step < STEPS; step++) {
          for (int round = 0; round < sum.rounds(); round++) {
            int part = sum.part(round);
            if (part < PARTS) {
              put(sum, step, part);
            }
            sum.endRound();
          }
          sum.finish();
          float[][] all = new float[LENGTHS.length][];
          for (int piece = 0; piece < all.length; piece++) {
            all[piece] = isAnywhere(step, piece) ? sum.sum(piece) : null;
          }
          steps.add(all);
        }
      }
      ranks.close();
      return steps;
    });
  }

  /** Pieces in another order in every part, as backward passes may come to them. */
  private static void put(OrderedSum sum, int step, int part) throws IOException {
    for (int i = 0; i < LENGTHS.length; i++) {
      int piece = (i + part) % LENGTHS.length;
      if (isThere(step, part, piece)) {
        float[] values = values(step, part, piece);
        sum.put(piece, (into, at) -> System.arraycopy(values, 0, into, at, values.length));
      }
    }
  }

  /** Some pieces are left out by some parts, and one by all. */
  private static boolean isThere(int step, int part, int piece) {
    return piece != 6 && (piece + part + step) % 3 != 0;
  }

  private static boolean isAnywhere(int step, int piece) {
    for (int part = 0; part < PARTS; part++) {
      if (isThere(step, part, piece)) {
        return true;
      }
    }
    return false;
  }

  /** Over many binary orders, so that the order of adding matters; and −0, to which +0 must not be added. */
  private static float[] values(int step, int part, int piece) {
    double[] drawn = new double[2 * LENGTHS[piece]];
    RandomKey.of(step)
        .child("part", part)
        .child("piece", piece)
        .fillUniform(0, drawn, 0, drawn.length);
    float[] values = new float[LENGTHS[piece]];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          piece == 1 ? -0f : (float) ((drawn[2 * i] - 0.5) * Math.pow(2, 20 * drawn[2 * i + 1]));
    }
    return values;
  }

  private static float[][] folded(int step) {
    float[][] sums = new float[LENGTHS.length][];
    for (int part = 0; part < PARTS; part++) {
      for (int piece = 0; piece < LENGTHS.length; piece++) {
        if (isThere(step, part, piece)) {
          float[] values = values(step, part, piece);
          if (sums[piece] == null) {
            sums[piece] = values;
          } else {
            for (int i = 0; i < values.length; i++) {
              sums[piece][i] += values[i];
            }
          }
        }
      }
    }
    return sums;
  }

  private static void assertSame(float[][] expected, float[][] got) {
    for (int piece = 0; piece < LENGTHS.length; piece++) {
      assertEquals(bits(expected[piece]), bits(got[piece]), "piece " + piece);
    }
  }

  private static List<Integer> bits(float[] values) {
    if (values == null) {
      return Collections.emptyList();
    }
    List<Integer> bits = new ArrayList<>();
    for (float value : values) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }

  /** What one rank does. */
  @FunctionalInterface
  interface Work<T> {
    T of(Ranks ranks) throws Exception;
  }

  /** Has each rank work in a thread of its own. */
  static <T> List<T> together(List<Ranks> ranks, Work<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(ranks.size());
    try {
      List<Callable<T>> all = new ArrayList<>();
      ranks.forEach(each -> all.add(() -> work.of(each)));
      List<T> done = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(all)) {
        done.add(each.get());
      }
      return done;
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    } finally {
      threads.shutdownNow();
    }
  }
}
