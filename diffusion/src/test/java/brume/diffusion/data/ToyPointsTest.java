package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ToyPointsTest {

  private static final int MANY = 20_000;

  @ParameterizedTest
  @EnumSource
  void allHaveVarianceOneAndFitIntoTheRange(ToyProblem problem) {
    double[] points = ToyPoints.of(problem).first(MANY);
    for (int axis = 0; axis < 2; axis++) {
      double sum = 0, squares = 0;
      for (int i = axis; i < points.length; i += 2) {
        assertTrue(Math.abs(points[i]) < ToyPoints.RANGE);
        sum += points[i];
        squares += points[i] * points[i];
      }
      double mean = sum / MANY;
      assertEquals(1, squares / MANY - mean * mean, 0.03);
    }
  }

  @ParameterizedTest
  @EnumSource
  void picturesArePointsAgain(ToyProblem problem) {
    ToyPoints points = ToyPoints.of(problem);
    float[] pictures = new float[20];
    for (int i = 0; i < 10; i++) {
      points.read(i, false, pictures, 2 * i);
    }
    assertArrayEquals(points.first(10), ToyPoints.fromUnit(pictures), 1e-6);
  }

  @Test
  void everyModeHasItsShare() {
    int[] eight = new int[8], grid = new int[25];
    double[] circle = ToyPoints.of(ToyProblem.GAUSSIAN8).first(8000);
    double[] square = ToyPoints.of(ToyProblem.GAUSSIAN25).first(8000);
    for (int i = 0; i < 8000; i++) {
      double angle = Math.atan2(circle[2 * i + 1], circle[2 * i]);
      eight[Math.floorMod(Math.round(angle / (Math.PI / 4)), 8)]++;
      long column = Math.round(square[2 * i] * Math.sqrt(2)) + 2;
      grid[(int) (5 * column + Math.round(square[2 * i + 1] * Math.sqrt(2)) + 2)]++;
    }
    for (int count : eight) {
      assertEquals(1000, count, 120);
    }
    for (int count : grid) {
      assertEquals(320, count);
    }
  }

  @Test
  void problemsHaveNames() {
    assertEquals(ToyProblem.SWISSROLL, ToyProblem.named("swissroll"));
    assertEquals(
        "toy problem: expected one of gaussian8, gaussian25, swissroll, got moons",
        assertThrows(IllegalArgumentException.class, () -> ToyProblem.named("moons"))
            .getMessage());
  }
}
