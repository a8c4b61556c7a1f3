package brume.diffusion.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.Kind;
import brume.tensor.random.RandomKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private static double[][] normal(int n, int features, double shift, long seed) {
    double[][] rows = new double[n][features];
    for (int i = 0; i < n; i++) {
      RandomKey.of(seed).child("row", i).fillNormal(0, rows[i], 0, features);
      for (int j = 0; j < features; j++) {
        rows[i][j] += shift;
      }
    }
    return rows;
  }

  private static Metric metric(String name) {
    return Metrics.CATALOG.named(name).defaults();
  }

  @Test
  void everyMetricToldByNamePrefersSamplesThatAreAlike() {
    double[][] real = normal(300, 3, 0, 1), like = normal(300, 3, 0, 2), far = normal(300, 3, 3, 3);
    for (Kind<? extends Metric> kind : Metrics.CATALOG.kinds()) {
      if (kind.name().equals("inception-score")) {
        continue; // sees samples only
      }
      Map<String, Double> near = kind.defaults().of(real, like),
          away = kind.defaults().of(real, far);
      String figure = near.keySet().iterator().next();
      boolean distance = figure.endsWith("distance");
      assertTrue(
          distance ? near.get(figure) < away.get(figure) : near.get(figure) > away.get(figure),
          kind.name() + ": " + near + " and " + away);
    }
  }

  @Test
  void theFrechetDistanceOfShiftedNormalsIsTheirDistance() {
    double[][] real = normal(50, 3, 0, 1);
    double[][] shifted = normal(50, 3, 2, 1); // the same rows, moved: 3·2²
    assertEquals(12, metric("frechet-distance").of(real, shifted).get("frechet distance"), 1e-6);
  }

  @Test
  void subsetsAreDrawnBySeedAndNotLargerThanThereAre() {
    double[][] real = normal(40, 3, 0, 1), other = normal(30, 3, 0.5, 2);
    Map<String, Double> some = new Metrics.Kernel(5, 20, 1).of(real, other);
    assertEquals(some, new Metrics.Kernel(5, 20, 1).of(real, other));
    assertTrue(some.get("deviation of kernel distance") > 0);
    Map<String, Double> all = new Metrics.Kernel(1, 1000, 1).of(normal(30, 3, 0, 1), other);
    assertEquals(KernelDistance.between(normal(30, 3, 0, 1), other), all.get("kernel distance"));
    assertThrows(
        IllegalArgumentException.class, () -> KernelDistance.between(real, normal(1, 3, 0, 1)));
  }

  @Test
  void densityCountsBallsAndCoverageDataFound() {
    double[][] real = {{0}, {1}, {10}, {11}};
    DensityCoverage both = DensityCoverage.between(real, new double[][] {{0.5}, {0.25}}, 1);
    assertEquals(2, both.density()); // each lies in the balls of 0 and 1
    assertEquals(0.5, both.coverage());
  }

  @Test
  void theScoreWantsASampleForEachSplit() {
    String refusal = assertThrows(IllegalArgumentException.class, () -> metric("inception-score")
            .of(new double[0][], normal(3, 4, 0, 1)))
        .getMessage();
    assertEquals(
        "inception score: expected 10 samples or more, one for each split, got 3", refusal);
    assertEquals(
        1,
        new Metrics.Score(2).of(new double[0][], new double[4][3]).get("inception score"),
        1e-12); // always the same answer
  }

  @Test
  void featuresOfDifferentLengthAreRefused() {
    double[][] two = new double[12][2], three = new double[12][3];
    for (Kind<? extends Metric> kind : Metrics.CATALOG.kinds()) {
      if (!kind.name().equals("inception-score")) { // which looks at samples alone
        assertThrows(
            IllegalArgumentException.class, () -> kind.defaults().of(two, three), kind.name());
        assertThrows(
            IllegalArgumentException.class, () -> kind.defaults().of(three, two), kind.name());
      }
    }
  }
}
