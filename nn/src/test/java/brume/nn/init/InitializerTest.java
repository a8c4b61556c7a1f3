package brume.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.random.RandomKey;
import org.junit.jupiter.api.Test;

class InitializerTest {

  private static final int COUNT = 20_000;
  private static final RandomKey KEY = RandomKey.of(5);

  @Test
  void kaimingIsUniformUpToOneOverTheRootOfFanIn() {
    float[] values = Initializer.kaiming(16).draw(KEY, COUNT);
    assertEquals(0.25, largest(values), 1e-4);
    assertEquals(0, mean(values), 0.004);
    assertEquals(0.25 / Math.sqrt(3), deviation(values), 0.002);
  }

  @Test
  void glorotIsUniformUpToTheRootOfSixOverBothFans() {
    assertEquals(0.5, largest(Initializer.glorot(10, 14, 1).draw(KEY, COUNT)), 1e-4);
    assertEquals(0.5e-5, largest(Initializer.glorot(10, 14, 1e-10).draw(KEY, COUNT)), 1e-9);
  }

  @Test
  void normalHasMeanZeroAndVarianceOne() {
    float[] values = Initializer.normal().draw(KEY, COUNT);
    assertEquals(0, mean(values), 0.03);
    assertEquals(1, deviation(values), 0.03);
    assertTrue(largest(values) > 3);
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double deviation(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum / values.length);
  }
}
