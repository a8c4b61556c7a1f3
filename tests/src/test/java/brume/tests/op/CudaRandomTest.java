package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A GPU draws the same bits as the CPU, wherever in the sequence of a key it begins. */
@Tag("gpu")
class CudaRandomTest {

  private static final RandomKey KEY = RandomKey.of(-2026).child("same bits");

  private final Backend gpu = TestBackends.gpu();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, (1L << 32) - 6, (1L << 34) + 5})
  void uniformNumbersHaveTheSameBits(long first) {
    for (int count : new int[] {0, 1, 2, 5, 1000}) {
      float[] expected = new float[count];
      KEY.fillUniform(first, expected, 0, count);
      try (Scope scope = Scope.open()) {
        Tensor y = Tensor.empty(gpu, Shape.of(count));
        RandomKernels.of(y).uniform(KEY, first, y);
        assertArrayEquals(expected, y.toFloats());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, (1L << 40) + 2})
  void normalNumbersHaveTheSameBits(long first) {
    float[] expected = new float[20_000];
    KEY.fillNormal(first, expected, 0, expected.length);
    try (Scope scope = Scope.open()) {
      Tensor y = Tensor.empty(gpu, Shape.of(expected.length));
      RandomKernels.of(y).normal(KEY, first, y);
      assertArrayEquals(expected, y.toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.3, 0.5, 0.999})
  void dropoutTakesTheSameElements(double rate) {
    int count = 1001;
    float[] drawn = new float[count], expected = new float[count];
    KEY.fillUniform(0, drawn, 0, count);
    for (int i = 0; i < count; i++) {
      expected[i] = drawn[i] >= rate ? (i + 1) * (float) (1 / (1 - rate)) : 0;
    }
    try (Scope scope = Scope.open()) {
      float[] numbers = new float[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = i + 1;
      }
      Tensor x = Tensor.of(gpu, Shape.of(count), numbers);
      RandomKernels.of(x).dropout(KEY, rate, x, x);
      assertArrayEquals(expected, x.toFloats());
    }
  }

  /** Of the smallest words come the largest normal numbers, where the logarithm is steepest. */
  @Test
  void distantNormalNumbersHaveTheSameBits() {
    int count = 1 << 16;
    float[] expected = new float[count];
    KEY.fillNormal(0, expected, 0, count);
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertTrue(largest > 4, "a far one among them");
    try (Scope scope = Scope.open()) {
      Tensor y = Tensor.empty(gpu, Shape.of(count));
      RandomKernels.of(y).normal(KEY, 0, y);
      assertArrayEquals(expected, y.toFloats());
    }
  }
}
