package brume.tensor.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {

  @Test
  void everyTaskRunsExactlyOnce() {
    for (int threads : new int[] {1, 2, 5}) {
      try (Workers workers = new Workers(threads)) {
        for (int count : new int[] {0, 1, 2, 7, 1000}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(count);
          workers.forEach(count, runs::incrementAndGet);
          for (int i = 0; i < count; i++) {
            assertEquals(1, runs.get(i), "task " + i + " of " + count);
          }
        }
      }
    }
  }

  @Test
  void whatTasksWriteIsSeenByTheCaller() {
    try (Workers workers = new Workers(3)) {
      int[] written = new int[64];
      for (int round = 1; round <= 5000; round++) {
        int value = round;
        workers.forEach(written.length, i -> written[i] = value);
        for (int i = 0; i < written.length; i++) {
          assertEquals(round, written[i], "element " + i);
        }
      }
    }
  }

  @Test
  void parkedThreadsWakeUp() throws InterruptedException {
    try (Workers workers = new Workers(2)) {
      for (int round = 0; round < 20; round++) {
        Thread.sleep(2);
        CountDownLatch both = new CountDownLatch(2);
        workers.forEach(2, i -> {
          both.countDown();
          assertTrue(awaits(both), "two tasks at a time");
        });
      }
    }
  }

  private static boolean awaits(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void callsInsideTasksRunInline() {
    try (Workers workers = new Workers(3)) {
      int[] sums = new int[8];
      workers.forEach(sums.length, i -> {
        Thread outer = Thread.currentThread();
        workers.forEach(10, j -> {
          assertEquals(outer, Thread.currentThread());
          sums[i] += j;
        });
      });
      assertArrayEquals(new int[] {45, 45, 45, 45, 45, 45, 45, 45}, sums);
    }
  }

  @Test
  void theFirstFailureIsThrownAndThePoolGoesOn() {
    try (Workers workers = new Workers(2)) {
      for (int round = 0; round < 100; round++) {
        IllegalStateException e = assertThrows(
            IllegalStateException.class,
            () -> workers.forEach(50, i -> {
              if (i == 17) {
                throw new IllegalStateException("task 17");
              }
            }));
        assertEquals("task 17", e.getMessage());
        AtomicIntegerArray runs = new AtomicIntegerArray(50);
        workers.forEach(50, runs::incrementAndGet);
        assertEquals(1, runs.get(49));
      }
    }
  }

  @Test
  void severalCallersDoNotDisturbEachOther() throws InterruptedException {
    try (Workers workers = new Workers(3)) {
      int[] failures = new int[4];
      Thread[] callers = new Thread[failures.length];
      for (int t = 0; t < callers.length; t++) {
        int caller = t;
        callers[t] = new Thread(() -> {
          int[] written = new int[100];
          for (int round = 1; round <= 1000; round++) {
            int value = round;
            workers.forEach(written.length, i -> written[i] = value);
            for (int w : written) {
              failures[caller] += w == round ? 0 : 1;
            }
          }
        });
        callers[t].start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertArrayEquals(new int[4], failures);
    }
  }

  @Test
  void aClosedPoolStillWorksAlone() {
    Workers workers = new Workers(2);
    workers.close();
    AtomicIntegerArray runs = new AtomicIntegerArray(5);
    workers.forEach(5, runs::incrementAndGet);
    assertEquals(1, runs.get(4));
  }

  @Test
  void refusesNoThreads() {
    for (int threads : new int[] {0, -1, 10_000, Integer.MAX_VALUE}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> new Workers(threads));
      assertEquals(
          "threads: expected 1 to " + Workers.MOST + ", got " + threads
              + "; as many as cores, " + Runtime.getRuntime().availableProcessors()
              + ", are fastest",
          e.getMessage());
    }
  }
}
