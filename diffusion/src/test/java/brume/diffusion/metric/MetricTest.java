package brume.diffusion.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricTest {

  private static final double[][] LINE = {{0, 0}, {1, 2}, {2, 4}, {4, 8}};

  @Test
  void theFrechetDistanceOfLinesIsThatOfTheirDeviations() {
    // All on one line, so the covariances have rank 1: (σ₁ − σ₂)² + |μ₁ − μ₂|².
    double[][] twice = Arrays.stream(LINE)
        .map(row -> new double[] {2 * row[0], 2 * row[1]})
        .toArray(double[][]::new);
    Moments one = Moments.of(LINE), other = Moments.of(twice);
    double variance = one.covariance()[0][0] + one.covariance()[1][1];
    double shift = Math.pow(one.mean()[0], 2) + Math.pow(one.mean()[1], 2);
    assertEquals(variance + shift, FrechetDistance.between(one, other), 1e-6);
    assertEquals(0, FrechetDistance.between(one, one), 1e-6);
  }

  @Test
  void momentsNeedRowsOfOneLengthAndTwoOfThem() {
    Moments moments = new Moments(2);
    moments.add(new double[][] {{3, 5}});
    assertArrayEquals(new double[] {3, 5}, moments.mean());
    assertEquals(
        "moments: expected more rows before asking for a covariance, got 1",
        assertThrows(IllegalStateException.class, moments::covariance).getMessage());
    assertEquals(
        "moments: expected rows of 2 features, got 3",
        assertThrows(IllegalArgumentException.class, () -> moments.add(new double[][] {{1, 2, 3}}))
            .getMessage());
  }

  @Test
  void momentsDoNotSufferFromALargeMean() {
    Moments moments = new Moments(1);
    for (int i = 0; i < 1000; i++) {
      moments.add(new double[][] {{1e9 + i % 2}});
    }
    assertEquals(0.25, moments.populationCovariance()[0][0], 1e-9);
  }

  @Test
  void halvesHaveElevenBitsAndEnd() {
    assertEquals(2048, Rounding.HALF.of(2049)); // to even
    assertEquals(2052, Rounding.HALF.of(2051));
    assertEquals(0x1p-24, Rounding.HALF.of(0x1.1p-24));
    assertEquals(0, Rounding.HALF.of(0x1p-26));
    assertEquals(65504, Rounding.HALF.of(65519));
    assertEquals(Double.NEGATIVE_INFINITY, Rounding.HALF.of(-65520));
    assertEquals(2049, Rounding.NONE.of(2049));
  }

  @Test
  void aRadiusReachesTheNeighborNotCountingTheSampleItself() {
    double root = Math.sqrt(5);
    Manifold line = Manifold.of(LINE, 1, Rounding.NONE);
    assertArrayEquals(new double[] {root, root, root, 2 * root}, line.radii(), 1e-12);
    Manifold beside = Manifold.of(new double[][] {{-1, -2}, {-1.01, -2}}, 1, Rounding.NONE);
    assertArrayEquals(new boolean[] {true, false}, line.contains(beside));
    assertEquals(new PrecisionRecall(0.5, 0), PrecisionRecall.between(line, beside));
    assertEquals(
        "manifold: expected k from 1 to 3 (one less than the samples), got 4",
        assertThrows(IllegalArgumentException.class, () -> Manifold.of(LINE, 4, Rounding.NONE))
            .getMessage());
  }

  @Test
  void certainAndVariedAnswersScoreTheNumberOfClasses() {
    double[][] certain = {{1000, 0, 0}, {0, 1000, 0}, {0, 0, 1000}};
    InceptionScore score = InceptionScore.of(certain, 1);
    assertEquals(3, score.mean(), 1e-9);
    assertEquals(0, score.deviation());
    assertEquals(1, InceptionScore.of(new double[][] {{1, 2}, {1, 2}}, 1).mean(), 1e-12);
  }

  @Test
  void edgesBelongToTheCellAboveButTheLastToTheLast() {
    double[] points = {-3, -3, 3, 3, 0, 0, 3.01, 0, 0, -3.01};
    assertArrayEquals(new long[] {1, 0, 0, 2}, Histogram2d.of(points, 2, 3).counts());
  }

  @Test
  void divergenceIsZeroFromItselfAndCountsWhatIsMissingElsewhere() {
    Histogram2d left = Histogram2d.of(new double[] {-1, 1, -1, -1}, 2, 2);
    Histogram2d corner = Histogram2d.of(new double[] {-1, 1}, 2, 2);
    assertEquals(0, left.divergenceFrom(left), 1e-12);
    assertEquals(Math.log(2), corner.divergenceFrom(left), 1e-8);
    assertEquals(
        0.5 * Math.log(0.5 / 1e-9) + 0.5 * Math.log(0.5), left.divergenceFrom(corner), 1e-6);
  }
}
