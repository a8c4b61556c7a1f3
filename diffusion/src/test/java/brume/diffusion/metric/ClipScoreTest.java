package brume.diffusion.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Scores of texts and pictures, by hand. */
class ClipScoreTest {

  @Test
  void countsAnglesNotLengths() {
    double[][] texts = {{2, 0}, {0, 3}, {1, 1}}, pictures = {{5, 0}, {3, 4}, {-1, -1}};
    ClipScore score = ClipScore.of(texts, pictures);
    assertArrayEquals(new double[] {1, 0.8, -1}, score.cosines(), 1e-12);
    assertArrayEquals(new double[] {100, 80, 0}, score.scores(), 1e-12);
    assertEquals(60, score.mean(), 1e-12);
    assertEquals(2 / 3.0, score.precision(), 1e-12); // the last picture fits nothing
  }

  @Test
  void refusesWhatIsNoPair() {
    assertEquals(
        "clip score: expected a text for each picture, and one or more, got 1 texts and 2 pictures",
        refused(new double[1][2], new double[2][2]));
    assertEquals(
        "clip score: expected as many features of every sample, got 2 and 3",
        refused(new double[1][2], new double[1][3]));
  }

  private static String refused(double[][] texts, double[][] pictures) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> ClipScore.of(texts, pictures))
            .getMessage());
  }
}
