package brume.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

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
