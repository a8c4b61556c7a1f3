package brume.tensor.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class FloatPoolTest {

  @Test
  void aReturnedArrayIsUsedAgain() {
    FloatPool pool = new FloatPool();
    float[] first = pool.take(10);
    pool.give(first);
    assertSame(first, pool.take(10));
    assertEquals(40, pool.allocatedBytes());
  }

  @Test
  void shortLengthsAreExact() {
    FloatPool pool = new FloatPool();
    pool.give(pool.take(11));
    assertEquals(10, pool.take(10).length);
    assertEquals(84, pool.allocatedBytes());
    assertEquals(44, pool.idleBytes());
  }

  @Test
  void aLongArrayStandsInForOneUpToTwiceAsShort() {
    FloatPool pool = new FloatPool();
    float[] whole = pool.take(100_000), less = pool.take(70_000);
    pool.give(whole);
    pool.give(less);
    assertSame(less, pool.take(60_000), "the shortest that fits");
    assertSame(whole, pool.take(50_000));
    assertEquals(0, pool.idleBytes());
    pool.give(whole);
    assertNotSame(whole, pool.take(49_999));
    assertEquals(400_000, pool.idleBytes());
    assertSame(whole, pool.take(100_000));
  }

  @Test
  void anArrayInUseIsNotHandedOutTwice() {
    FloatPool pool = new FloatPool();
    assertNotSame(pool.take(10), pool.take(10));
  }

  @Test
  void trimForgetsIdleArrays() {
    FloatPool pool = new FloatPool();
    float[] first = pool.take(10);
    pool.give(first);
    pool.trim();
    assertEquals(0, pool.idleBytes());
    assertNotSame(first, pool.take(10));
  }

  @Test
  void lengthsThatNeverComeBackDoNotFillTheHeap() {
    FloatPool pool = new FloatPool(1000);
    for (int length = 1; length <= 200; length++) {
      pool.give(pool.take(length));
      assertTrue(pool.idleBytes() <= 1000 + 4 * length, "idle " + pool.idleBytes());
    }
  }

  @Test
  void atTheLimitAnArrayStandsInForOneOfAnyLength() {
    FloatPool pool = new FloatPool(0);
    float[] whole = pool.take(1 << 20);
    pool.give(whole);
    assertEquals(1 << 15, pool.take(1 << 15).length, "there is room for one of its own");
    assertEquals(1 << 20, pool.take(1 << 17).length, "there is none");
    assertEquals(0, pool.idleBytes());
  }

  @Test
  void whereNoneIsLongEnoughTheLongestIdleMakeRoom() {
    FloatPool pool = new FloatPool(0);
    float[] a = pool.take(1 << 16), b = pool.take(1 << 17), c = pool.take(1 << 16);
    pool.give(a);
    pool.give(b);
    pool.give(c);
    pool.take(1 << 18);
    assertEquals(0, pool.idleBytes(), "as long as all of them together, and no sixteenth more");
    FloatPool wider = new FloatPool(1 << 20);
    wider.give(wider.take(1 << 16));
    wider.take(1 << 17);
    assertEquals(1 << 18, wider.idleBytes(), "there is room for both");
  }

  /** There activations are kept until their gradients come, and those of weights come besides. */
  @Test
  void stepsOfTrainingMakeNoArrayAfterAWhileAndKeepLittleIdle() {
    FloatPool pool = new FloatPool(0);
    int[] activations = {50_000, 40_000, 40_000, 60_000, 30_000, 30_000, 20_000};
    int[] weights = {20_000, 30_000, 30_000, 150_000, 90_000, 200_000, 200_000};
    long made = 0, most = 0;
    for (int step = 0; step < 100; step++) {
      made = pool.allocatedBytes();
      long used = 0;
      Deque<float[]> kept = new ArrayDeque<>(), gradients = new ArrayDeque<>();
      for (int length : activations) {
        kept.push(pool.take(length));
        used += kept.element().length;
      }
      most = Math.max(most, used);
      for (int i = weights.length - 1; i >= 0; i--) {
        gradients.push(pool.take(weights[i]));
        used += gradients.element().length;
        most = Math.max(most, used);
        used -= kept.element().length;
        pool.give(kept.pop());
      }
      gradients.forEach(pool::give);
    }
    assertEquals(made, pool.allocatedBytes(), "the last step made none");
    assertTrue(pool.idleBytes() <= 4 * most * 5 / 4, () -> "all are idle: " + pool.idleBytes());
  }
}
