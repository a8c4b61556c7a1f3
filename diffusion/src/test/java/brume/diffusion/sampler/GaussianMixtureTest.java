package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.sampler.ExactMixture.Cluster;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samplers without a network on points of three clusters, whose exact denoiser is known too. */
class GaussianMixtureTest {

  private static final int POINTS = 10_000;
  private static final List<Cluster> CLUSTERS = List.of(
      new Cluster(0.5, 0.9, 0.2, 0.1),
      new Cluster(0.3, -0.8, 0.5, 0.3),
      new Cluster(0.2, -0.1, -1, 0.2));

  private final Backend on = Backends.reference();

  @ParameterizedTest
  @EnumSource(names = {"FIXED_SMALL", "FIXED_LARGE"})
  void ddpmReproducesMeanAndCovariance(ReverseVariance variance) {
    NoiseSchedule schedule = NoiseSchedule.cosine(400);
    requireMoments(process(schedule).withVariance(variance), ddpm(schedule));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void ddimReproducesMeanAndCovariance(double eta) {
    NoiseSchedule schedule = NoiseSchedule.cosine(1000);
    requireMoments(process(schedule), ddim(schedule, 250, eta));
  }

  /** As both add the same noise to the same mean, not only the distributions are equal. */
  @Test
  void ddimWithAllItsNoiseIsAncestralSampling() {
    NoiseSchedule schedule = NoiseSchedule.linear(100);
    double[] ancestral = sample(process(schedule), ddpm(schedule), 50);
    double[] ddim = sample(process(schedule), ddim(schedule, 100, 1), 50);
    assertArrayEquals(ancestral, ddim, 1e-9);
  }

  @Test
  void ddimWithLessNoiseIsNot() {
    NoiseSchedule schedule = NoiseSchedule.linear(100);
    double ancestral = sample(process(schedule), ddpm(schedule), 1)[0];
    double ddim = sample(process(schedule), ddim(schedule, 100, 0.9), 1)[0];
    assertTrue(Math.abs(ancestral - ddim) > 1e-6);
  }

  /** Chance adds errors of 1.5% of a variance; steps of finite length are worth as much. */
  private void requireMoments(ReverseProcess process, Sampler sampler) {
    double[] points = sample(process, sampler, POINTS);
    Moments expected = Moments.of(CLUSTERS), actual = Moments.of(points);
    assertEquals(expected.x, actual.x, 0.03);
    assertEquals(expected.y, actual.y, 0.03);
    assertEquals(expected.xx, actual.xx, 0.03 * expected.xx);
    assertEquals(expected.yy, actual.yy, 0.04 * expected.yy);
    assertEquals(expected.xy, actual.xy, 0.03 * Math.sqrt(expected.xx * expected.yy));
    for (int k = 0; k < CLUSTERS.size(); k++) {
      assertEquals(CLUSTERS.get(k).weight(), shareOf(k, points), 0.02, "share of cluster " + k);
    }
  }

  private double[] sample(ReverseProcess process, Sampler sampler, int count) {
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    try (Scope scope = Scope.open()) {
      return sampler
          .sample(
              Denoised.of(new ExactMixture(process.q().schedule(), CLUSTERS), process),
              noise.start(on, Shape.of(count, 2)),
              noise,
              SamplingListener.NONE)
          .toDoubles();
    }
  }

  /** Mean and covariance. */
  private record Moments(double x, double y, double xx, double yy, double xy) {

    static Moments of(List<Cluster> clusters) {
      double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
      for (Cluster c : clusters) {
        double square = c.deviation() * c.deviation();
        x += c.weight() * c.x();
        y += c.weight() * c.y();
        xx += c.weight() * (square + c.x() * c.x());
        yy += c.weight() * (square + c.y() * c.y());
        xy += c.weight() * c.x() * c.y();
      }
      return new Moments(x, y, xx - x * x, yy - y * y, xy - x * y);
    }

    static Moments of(double[] points) {
      double x = 0, y = 0, xx = 0, yy = 0, xy = 0, share = 2.0 / points.length;
      for (int i = 0; i < points.length; i += 2) {
        x += share * points[i];
        y += share * points[i + 1];
        xx += share * points[i] * points[i];
        yy += share * points[i + 1] * points[i + 1];
        xy += share * points[i] * points[i + 1];
      }
      return new Moments(x, y, xx - x * x, yy - y * y, xy - x * y);
    }
  }

  /** The share of points that have no nearer center. */
  private static double shareOf(int cluster, double[] points) {
    int nearest = 0;
    for (int i = 0; i < points.length; i += 2) {
      double own = distance(points, i, CLUSTERS.get(cluster));
      int at = i;
      nearest += CLUSTERS.stream().allMatch(c -> distance(points, at, c) >= own) ? 1 : 0;
    }
    return 2.0 * nearest / points.length;
  }

  private static double distance(double[] points, int i, Cluster from) {
    return Math.hypot(points[i] - from.x(), points[i + 1] - from.y());
  }

  private static Sampler ddpm(NoiseSchedule schedule) {
    return new StepSampler(Levels.all(new ForwardProcess(schedule)), DdpmStep.USUAL);
  }

  private static Sampler ddim(NoiseSchedule schedule, int steps, double eta) {
    Levels levels = TimestepSpacing.UNIFORM.levels(new ForwardProcess(schedule), steps);
    return new StepSampler(levels, DdimStep.of(eta));
  }

  private static ReverseProcess process(NoiseSchedule schedule) {
    return ReverseProcess.of(schedule, Prediction.EPSILON).withClipping(Clipping.none());
  }
}
