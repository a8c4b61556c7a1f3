package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class WavesTest {

  private static float[] series(Dataset waves, int index, boolean flipped) throws IOException {
    float[] values = new float[waves.pictureLength()];
    waves.read(index, flipped, values, 0);
    return values;
  }

  @Test
  void aSeriesIsTheSameOnEveryMachine() throws IOException {
    float[] first = series(Waves.of(8, 10), 3, false);
    assertArrayEquals(
        new float[] {
          0.7349791f,
          0.47307792f,
          0.3298933f,
          0.49405715f,
          0.629728f,
          0.3652729f,
          0.87108403f,
          0.014640257f
        },
        first,
        1e-6f);
    assertArrayEquals(first, series(Waves.of(8, 100_000), 3, false));
  }

  @Test
  void longerSeriesAreTheSameCurves() throws IOException {
    float[] coarse = series(Waves.of(16, 10), 7, false);
    float[] fine = series(Waves.of(64, 10), 7, false);
    for (int i = 0; i < 16; i++) {
      assertEquals(coarse[i], fine[4 * i], 1e-6f);
    }
  }

  @Test
  void mirroredSeriesGoBackwards() throws IOException {
    float[] forward = series(Waves.of(16, 10), 7, false);
    float[] backward = series(Waves.of(16, 10), 7, true);
    for (int i = 0; i < 16; i++) {
      assertEquals(forward[i], backward[15 - i]);
    }
  }

  /** Σ aₖ sin has the mean 0 over its phase and the variance E[Σ aₖ²] / 2, about 0.2 for three. */
  @Test
  void seriesFillTheirRangeAndDoNotLeaveIt() throws IOException {
    Dataset waves = Waves.of(64, 2000);
    double sum = 0, squares = 0;
    float least = 1, most = 0;
    for (int n = 0; n < waves.size(); n++) {
      for (float value : series(waves, n, false)) {
        double y = 2.0 * value - 1;
        sum += y;
        squares += y * y;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    int all = 2000 * 64;
    assertEquals(0, sum / all, 0.02);
    assertEquals(0.2, squares / all, 0.02);
    assertTrue(least >= 0 && least < 0.03 && most <= 1 && most > 0.97, least + " to " + most);
  }

  @Test
  void settingsKnowTheShape() throws IOException {
    DataSettings settings = Datasets.named("toy:waves");
    assertEquals(new WavesSettings(64, 10_000), settings);
    assertEquals("series", settings.preset());
    Dataset waves = settings.open();
    assertEquals(settings.shape().size(), waves.pictureLength());
    assertEquals("10,000 series of 64 steps, 1 channel, from sums of 3 sines", waves.describe());
  }

  @Test
  void refusesNoSeries() {
    assertEquals(
        "waves: expected a length and a count of 1 or more, got 0 and 5",
        assertThrows(IllegalArgumentException.class, () -> Waves.of(0, 5)).getMessage());
  }
}
