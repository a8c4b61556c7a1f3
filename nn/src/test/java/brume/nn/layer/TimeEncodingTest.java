package brume.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeEncodingTest {

  @Test
  void sinesComeBeforeCosinesAndFrequenciesFallToOneOverTheta() {
    double[] y = new TimeEncoding.Sinusoidal(10000).encode(new double[] {0, 3}, 6);
    assertArrayEquals(
        new double[] {
          0,
          0,
          0,
          1,
          1,
          1,
          Math.sin(3),
          Math.sin(0.03),
          Math.sin(3e-4),
          Math.cos(3),
          Math.cos(0.03),
          Math.cos(3e-4)
        },
        y,
        1e-15);
  }

  /** The gradient that reaches learned times is the derivative of the numbers. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnedTimesGetTheGradientOfTheirEncoding(boolean cosineFirst) {
    TimeEncoding.Sinusoidal encoding = new TimeEncoding.Sinusoidal(100, cosineFirst, 1);
    double[] at = {0.7, -1.3};
    try (Scope scope = Scope.open()) {
      Variable times = Variable.parameter(Tensor.of(Backends.reference(), Shape.of(2), at));
      Variable x = Variable.constant(Tensor.of(Backends.reference(), Shape.of(2, 1), 0, 0));
      Query query = Query.ofLearned(x, times, Pass.inference());
      Variable y = encoding.encoded(query, Backends.reference(), 8);
      assertArrayEquals(encoding.encode(at, 8), y.value().toDoubles(), 0);
      double[] weights = new double[16], up = {at[0] + 1e-6, at[1] + 1e-6};
      Arrays.setAll(weights, i -> 1 + 0.3 * i);
      Tensor dy = Tensor.of(Backends.reference(), Shape.of(2, 8), weights);
      double[] slopes = y.backward(dy).of(times).orElseThrow().toDoubles();
      double[] low = encoding.encode(at, 8), high = encoding.encode(up, 8);
      for (int n = 0; n < 2; n++) {
        double expected = 0;
        for (int i = 8 * n; i < 8 * n + 8; i++) {
          expected += weights[i] * (high[i] - low[i]) / 1e-6;
        }
        assertEquals(expected, slopes[n], 1e-4);
      }
    }
  }

  @Test
  void cosinesMayComeFirstAndFrequenciesEndAboveOneOverTheta() {
    double[] y = new TimeEncoding.Sinusoidal(10000, true, 0).encode(new double[] {3}, 4);
    assertArrayEquals(
        new double[] {Math.cos(3), Math.cos(0.03), Math.sin(3), Math.sin(0.03)}, y, 1e-15);
  }

  @Test
  void anOddNumberEndsInAZero() {
    double[] y = new TimeEncoding.Sinusoidal(10000).encode(new double[] {2}, 5);
    assertArrayEquals(
        new double[] {Math.sin(2), Math.sin(2e-4), Math.cos(2), Math.cos(2e-4), 0}, y, 1e-15);
  }

  @Test
  void wavesComeInPairs() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new TimeEncoding.Fourier(7, true));
    assertEquals(
        "time encoding: expected an even number of waves, got dim = 7", refused.getMessage());
  }
}
