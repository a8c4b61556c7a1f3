package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.diffusion.data.Batches;
import brume.diffusion.data.Dataset;
import java.io.IOException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is read ahead is what would have been read, and so is what fails. */
class ReadAheadTest {

  private static final int COUNT = 3, LENGTH = 2, SIZE = 50;
  private static final long END = 1000;

  private final Queue<Integer> read = new ConcurrentLinkedQueue<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile int broken = -1; // the picture that cannot be read
  private volatile boolean faulty; // and in which way
  private final Batches batches = new Batches(new Numbers(), 1, true);
  private final ReadAhead ahead = new ReadAhead(batches, COUNT, LENGTH, END);

  @AfterEach
  void close() {
    ahead.close();
  }

  @Test
  void batchesAreThoseThatWouldHaveBeenRead() throws IOException {
    for (long first = 0; first < 3 * SIZE; first += COUNT) { // over three epochs
      assertArrayEquals(expected(first), ahead.take(first));
    }
  }

  @Test
  void eachPictureIsReadOnceAndNoneThatIsNotNeeded() throws IOException {
    try (ReadAhead few = new ReadAhead(batches, COUNT, LENGTH, 6 * COUNT)) {
      for (int n = 0; n < 6; n++) {
        few.take((long) n * COUNT);
      }
    }
    assertEquals(6 * COUNT, read.size());
    assertEquals(6 * COUNT, Set.copyOf(read).size());
  }

  @Test
  void noMoreThanTwoBatchesWaitInMemory() throws IOException {
    ahead.take(0);
    ahead.close();
    assertTrue(read.size() <= 3 * COUNT, "read " + read.size());
  }

  @Test
  void otherPositionsAreReadWhenTheyAreTaken() throws IOException {
    assertArrayEquals(expected(6), ahead.take(6));
    assertArrayEquals(expected(300), ahead.take(300));
    assertArrayEquals(expected(0), ahead.take(0));
    assertArrayEquals(expected(3), ahead.take(3));
  }

  @Test
  void whatTheCallerHasChangedIsReadAgain() throws IOException {
    for (long first = 0; first < SIZE; first += COUNT) {
      float[] taken = ahead.take(first);
      assertArrayEquals(expected(first), taken);
      taken[0] = -1;
    }
  }

  @Test
  void aPictureThatCannotBeReadIsToldWhenItIsNeeded() throws IOException {
    broken = batches.index(7);
    assertArrayEquals(expected(0), ahead.take(0));
    assertArrayEquals(expected(3), ahead.take(3));
    IOException told = assertThrows(IOException.class, () -> ahead.take(6));
    assertEquals("numbers/" + broken + ": broken", told.getMessage());
    assertArrayEquals(expected(9), ahead.take(9));
    broken = -1;
    assertArrayEquals(expected(6), ahead.take(6));
  }

  @Test
  void aFaultOfADatasetNamesThePicture() {
    broken = batches.index(1);
    faulty = true;
    IOException told = assertThrows(IOException.class, () -> ahead.take(0));
    assertEquals(
        "numbers: expected to read picture " + broken
            + ", got java.lang.IllegalStateException: fault",
        told.getMessage());
    assertInstanceOf(IllegalStateException.class, told.getCause());
  }

  @Test
  void severalThreadsReadABatch() throws IOException {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two processors");
    CyclicBarrier together = new CyclicBarrier(2);
    Dataset meeting = new Numbers() {
      @Override
      public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
        try {
          together.await(1, TimeUnit.MINUTES); // until another one reads
        } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
          throw new IOException("nobody else has read", alone);
        }
        super.read(index, flipped, into, offset);
      }
    };
    try (ReadAhead two = new ReadAhead(new Batches(meeting, 1, true), 2, LENGTH, 2)) {
      float[] taken = two.take(0).clone();
      assertArrayEquals(
          new float[] {expected(0)[0], expected(0)[1]}, new float[] {taken[0], taken[1]});
    }
  }

  @Test
  void nothingRunsOnAfterwards() throws IOException, InterruptedException {
    ahead.take(0);
    ahead.close();
    assertFalse(threads.isEmpty());
    assertFalse(threads.contains(Thread.currentThread()));
    assertTrue(threads.size() <= Runtime.getRuntime().availableProcessors());
    for (Thread thread : threads) {
      thread.join(60_000);
      assertFalse(thread.isAlive(), thread.getName());
    }
  }

  private float[] expected(long first) {
    float[] numbers = new float[COUNT * LENGTH];
    for (int i = 0; i < COUNT; i++) {
      numbers[LENGTH * i] = batches.index(first + i);
      numbers[LENGTH * i + 1] = batches.flipped(first + i) ? 1 : 0;
    }
    return numbers;
  }

  /** Pictures of two pixels, which are the picture's number and whether it is mirrored. */
  private class Numbers implements Dataset {

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public int height() {
      return 1;
    }

    @Override
    public int width() {
      return LENGTH;
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
      if (index == broken) {
        if (faulty) {
          throw new IllegalStateException("fault");
        }
        throw new IOException("numbers/" + index + ": broken");
      }
      read.add(index);
      threads.add(Thread.currentThread());
      into[offset] = index;
      into[offset + 1] = flipped ? 1 : 0;
    }

    @Override
    public String source() {
      return "numbers";
    }
  }
}
