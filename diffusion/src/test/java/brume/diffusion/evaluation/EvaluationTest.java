package brume.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.metric.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures of features whose distributions are known. */
class EvaluationTest {

  private static final int SIDES = 3, COUNT = 1 << SIDES;

  /** Looks at numbers as they are. */
  private record Plain(boolean standardized) implements FeatureExtractor {
    @Override
    public String describe() {
      return "plain";
    }

    @Override
    public String identity() {
      return "plain";
    }

    @Override
    public int width() {
      return SIDES;
    }

    @Override
    public boolean tellsClasses() {
      return true;
    }

    @Override
    public List<String> classes() {
      return List.of("a", "b", "c");
    }

    @Override
    public Answers of(float[] samples) {
      double[][] rows = Rows.of(samples, SIDES);
      return new Answers(rows, rows);
    }
  }

  /** The corners of a cube: each feature has the deviation a, and none goes with another. */
  private static float[] cube(double a, double middle) {
    float[] values = new float[COUNT * SIDES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (middle + ((i / SIDES >> i % SIDES & 1) == 0 ? -a : a));
    }
    return values;
  }

  private static FeatureSet seen(FeatureExtractor extractor, float[] values) {
    FeatureSet set = new FeatureSet(extractor, false);
    set.add(values);
    return set;
  }

  private static Evaluation evaluation(FeatureExtractor extractor) {
    FeatureSet real = seen(extractor, cube(0.25, 0.5));
    Reference reference =
        new Reference(real.features(), real.logits(), "corners", Path.of("none"), false);
    return new Evaluation(Map.of("frechet-distance", new Metrics.Frechet()), reference, extractor);
  }

  /** d² = D·((μ₁ − μ₂)² + (σ₁ − σ₂)²), with deviations of samples. */
  @Test
  void theDistanceOfNormalDistributionsIsKnown() {
    FeatureExtractor extractor = new Plain(false);
    double widen = Math.sqrt(COUNT / (COUNT - 1.0));
    Figures figures = evaluation(extractor).of(seen(extractor, cube(0.125, 0.75)));
    double distance = figures.values().get("frechet distance");
    assertEquals(SIDES * (0.0625 + Math.pow(0.125 * widen, 2)), distance, 1e-9);
    assertTrue(figures.intervals().get("frechet distance").low() < distance);
    assertTrue(figures.intervals().get("frechet distance").high() > distance);
  }

  /** Over the deviation of the data, 0.25, all is four times as far. */
  @Test
  void featuresCanBeDividedByTheirDeviations() {
    FeatureExtractor plain = new Plain(false), standardized = new Plain(true);
    double distance =
        evaluation(plain).of(seen(plain, cube(0.125, 0.75))).values().get("frechet distance");
    double scaled = evaluation(standardized)
        .of(seen(standardized, cube(0.125, 0.75)))
        .values()
        .get("frechet distance");
    assertEquals(16 * distance, scaled, 1e-9);
  }

  /** The greatest of three numbers is what a sample is taken for. */
  @Test
  void accuracyIsToldByClass() {
    FeatureExtractor extractor = new Plain(false);
    float[] logits = {9, 0, 0, 0, 9, 0, 0, 9, 0, 0, 0, 9};
    Figures figures = evaluation(extractor).accuracy(seen(extractor, logits), 0, 1, 2, 2);
    assertEquals(0.75, figures.values().get("accuracy"));
    assertEquals(1, figures.values().get("accuracy of a"));
    assertEquals(0.5, figures.values().get("accuracy of c"));
  }
}
