package brume.diffusion.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SuperResolutionTest {

  private static final Device DEVICE = Backends.reference();
  private static final RandomKey KEY = RandomKey.of(3);

  /** Answers what it is shown. */
  private static final Denoiser MIRROR = query -> query.condition().pictures().orElseThrow();

  private static Tensor tensor(Shape shape, double... values) {
    return Tensor.of(DEVICE, shape, values);
  }

  private static double[] shown(Denoiser told, Tensor x) {
    double[] times = new double[x.shape().dim(0)];
    return told.predict(Query.of(Variable.constant(x), times, Pass.inference()))
        .value()
        .toDoubles();
  }

  @Test
  void aSmallPixelIsTheMeanOfItsSquare() {
    try (Scope scope = Scope.open()) {
      Tensor x = tensor(Shape.of(1, 2, 4, 1), 1, 2, 10, 20, 3, 6, 30, 60);
      assertArrayEquals(new double[] {3, 30}, new SuperResolution(2, 0).low(x).toDoubles(), 1e-6);
      assertEquals(Shape.of(14, 7, 3), new SuperResolution(2, 0).low(Shape.of(28, 14, 3)));
    }
  }

  /** Between centres of pixels it is interpolated, beyond the outermost ones nothing changes. */
  @Test
  void withoutNoiseItIsEnlargedAndItsLevelIsNought() {
    try (Scope scope = Scope.open()) {
      Tensor low = tensor(Shape.of(1, 1, 2, 1), 0, 4);
      Denoiser told = new SuperResolution(2, 0.5).enlarging(MIRROR, low, 0, 0, KEY);
      assertArrayEquals(
          new double[] {0, 0, 1, 0, 3, 0, 4, 0, 0, 0, 1, 0, 3, 0, 4, 0},
          shown(told, tensor(Shape.of(1, 2, 4, 1), new double[8])),
          1e-6);
    }
  }

  /** √(1 − a²)·l + a·ε has mean √(1 − a²)·l and variance a². */
  @Test
  void noiseKeepsTheVariance() {
    try (Scope scope = Scope.open()) {
      int side = 64;
      double[] half = new double[side * side];
      Arrays.fill(half, 0.5);
      Tensor low = tensor(Shape.of(1, side, side, 1), half);
      double[] seen = shown(
          new SuperResolution(2, 0.6).enlarging(MIRROR, low, 0.6, 0, KEY),
          tensor(Shape.of(1, 2 * side, 2 * side, 1), new double[4 * side * side]));
      double sum = 0, squares = 0;
      int count = seen.length / 2;
      for (int i = 0; i < count; i++) {
        sum += seen[2 * i];
        squares += seen[2 * i] * seen[2 * i];
        assertEquals(0.6, seen[2 * i + 1], 1e-6, "its level");
      }
      double mean = sum / count;
      assertEquals(0.8 * 0.5, mean, 5 * 0.6 / Math.sqrt(count));
      assertEquals(0.36, squares / count - mean * mean, 0.02);
    }
  }

  /** What a sample is shown does not depend on how a step is divided into batches. */
  @Test
  void levelsAndNoiseAreThoseOfASample() {
    try (Scope scope = Scope.open()) {
      SuperResolution how = new SuperResolution(2, 0.5);
      double[] x = new double[3 * 16];
      Arrays.setAll(x, i -> Math.sin(i));
      Tensor all = tensor(Shape.of(3, 4, 4, 1), x);
      Tensor last = tensor(Shape.of(1, 4, 4, 1), Arrays.copyOfRange(x, 32, 48));
      double[] together = shown(how.told(MIRROR, new Batch(all, 5), KEY), all);
      double[] alone = shown(how.told(MIRROR, new Batch(last, 7), KEY), last);
      assertArrayEquals(Arrays.copyOfRange(together, 64, 96), alone);
      double first = together[1], second = together[33];
      assertEquals(true, first != second && first < 0.5 && second < 0.5, first + " " + second);
    }
  }

  @Test
  void aLevelThatWasNotTrainedIsRefused() {
    try (Scope scope = Scope.open()) {
      Tensor low = tensor(Shape.of(1, 1, 1, 1), 0);
      for (double wrong : new double[] {-0.1, 0.51, Double.NaN}) {
        assertThrows(IllegalArgumentException.class, () -> new SuperResolution(2, 0.5)
            .enlarging(MIRROR, low, wrong, 0, KEY));
      }
    }
  }
}
