package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samplers without a network: normal data have an exact denoiser, so their moments must come out. */
class AnalyticGaussianTest {

  private static final double MEAN = 0.4, DEVIATION = 0.3;
  private static final int NUMBERS = 10_000; // the variance of so many has an error of 1.4%

  private final Backend on = Backends.reference();

  @ParameterizedTest
  @EnumSource(names = {"FIXED_SMALL", "FIXED_LARGE"})
  void ddpmReproducesMeanAndVariance(ReverseVariance variance) {
    NoiseSchedule schedule = NoiseSchedule.cosine(1000);
    requireMoments(process(schedule).withVariance(variance), ddpm(schedule));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void ddimReproducesMeanAndVariance(double eta) {
    NoiseSchedule schedule = NoiseSchedule.cosine(1000);
    requireMoments(process(schedule), ddim(schedule, 500, eta));
  }

  @Test
  void aLargeVarianceIsExactForNoiseHoweverFewTheSteps() {
    NoiseSchedule schedule = NoiseSchedule.cosine(5);
    ReverseProcess process = process(schedule).withVariance(ReverseVariance.FIXED_LARGE);
    // The last step adds no noise and so lacks ᾱ[0], which is what is left of the variance.
    double deviation = Math.sqrt(schedule.alphaBar(0));
    double[] moments = moments(new ExactGaussian(schedule, 0, 1), process, ddpm(schedule));
    assertEquals(0, moments[0], 0.03);
    assertEquals(deviation, moments[1], 0.03);
  }

  @Test
  void aSmallVarianceIsExactForAPointHoweverFewTheSteps() {
    NoiseSchedule schedule = NoiseSchedule.cosine(5);
    double[] moments =
        moments(new ExactGaussian(schedule, MEAN, 0), process(schedule), ddpm(schedule));
    assertEquals(MEAN, moments[0], 1e-9);
    assertEquals(0, moments[1], 1e-6);
  }

  /** Steps of finite length lose about 10/steps of the variance; chance adds three errors of 1.4%. */
  private void requireMoments(ReverseProcess process, Sampler sampler) {
    ExactGaussian exact = new ExactGaussian(process.q().schedule(), MEAN, DEVIATION);
    double[] moments = moments(exact, process, sampler);
    assertEquals(MEAN, moments[0], 0.01);
    assertEquals(1, moments[1] / DEVIATION, 0.03);
  }

  /** Mean and standard deviation of what a sampler makes. */
  private double[] moments(ExactGaussian exact, ReverseProcess process, Sampler sampler) {
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    try (Scope scope = Scope.open()) {
      double[] x = sampler
          .sample(
              Denoised.of(exact, process),
              noise.start(on, Shape.of(1, NUMBERS)),
              noise,
              SamplingListener.NONE)
          .toDoubles();
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance = Arrays.stream(x)
          .map(number -> (number - mean) * (number - mean))
          .average()
          .orElseThrow();
      return new double[] {mean, Math.sqrt(variance)};
    }
  }

  @Test
  void errorOfDdimFallsInProportionToTheStep() {
    NoiseSchedule schedule = NoiseSchedule.linear(4096, 2e-5, 0.005);
    double[] slopes = new double[2];
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = log2(errorOfDdim(schedule, 128 << i) / errorOfDdim(schedule, 256 << i));
    }
    assertEquals(1, slopes[0], 0.1);
    assertEquals(1, slopes[1], 0.1);
  }

  private double errorOfDdim(NoiseSchedule schedule, int steps) {
    ExactGaussian exact = new ExactGaussian(schedule, MEAN, DEVIATION);
    double[] start = {-2, -0.5, 1, 1.5};
    try (Scope scope = Scope.open()) {
      Sampler sampler = ddim(schedule, steps, 0);
      double[] end = sampler
          .denoise(
              Denoised.of(exact, process(schedule)),
              Tensor.of(on, Shape.of(1, start.length), start),
              steps,
              NoiseSource.keyed(RandomKey.of(1), 0),
              SamplingListener.NONE)
          .toDoubles();
      double error = 0;
      for (int i = 0; i < start.length; i++) {
        error = Math.max(error, Math.abs(end[i] - exact.flow(start[i])));
      }
      return error;
    }
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
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
