package brume.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.HeapStorage;
import brume.tensor.Shape;
import brume.tensor.Storage;
import brume.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/** Tensors of plain arrays and comparisons, for tests of single kernel families. */
final class Floats {

  /** A device whose tensors start with NaN, so that reading what was never written shows. */
  static final Device NAN_FILLED = new Device() {
    @Override
    public String name() {
      return "test";
    }

    @Override
    public DType defaultDType() {
      return DType.F32;
    }

    @Override
    public Storage allocate(int length, DType dtype) {
      return new HeapStorage.OfFloats(filled(length, Float.NaN), length, (array, n) -> {});
    }

    @Override
    public long liveBytes() {
      return 0;
    }
  };

  private Floats() {}

  static float[] filled(int length, float value) {
    float[] array = new float[length];
    Arrays.fill(array, value);
    return array;
  }

  static float[] random(Random random, int length) {
    float[] array = new float[length];
    for (int i = 0; i < length; i++) {
      array[i] = (float) random.nextGaussian();
    }
    return array;
  }

  static Tensor random(Random random, Shape shape) {
    return Tensor.of(NAN_FILLED, shape, random(random, shape.size()));
  }

  /** Errors are measured against the largest value: that is what rounding grows with. */
  static void assertClose(double[] expected, float[] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what);
    double largest = 1e-30, worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double error = Math.abs(expected[i] - actual[i]);
      worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(worst, error);
    }
    assertTrue(worst <= tolerance * largest, what + ": error " + worst + " of " + largest);
  }
}
