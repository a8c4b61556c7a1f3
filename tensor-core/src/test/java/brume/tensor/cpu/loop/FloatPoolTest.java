package brume.tensor.cpu.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
