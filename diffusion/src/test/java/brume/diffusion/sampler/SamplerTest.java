package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.sampler.DdpmStep.LastNoise;
import brume.diffusion.settings.SettingException;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final NoiseSchedule SCHEDULE = NoiseSchedule.cosine(60);

  private final Backend on = Backends.reference();
  private final ReverseProcess process = ReverseProcess.of(SCHEDULE, Prediction.EPSILON);
  private final Denoiser denoiser = new ExactGaussian(SCHEDULE, 0.2, 0.4);
  private final Denoised model = Denoised.of(denoiser, process);

  @Test
  void imagesDoNotDependOnTheirBatch() {
    for (Sampler sampler : List.of(ddpm(), ddim(9, 0.7))) {
      double[] four = images(sampler, 0, 4);
      assertArrayEquals(images(sampler, 0, 1), Arrays.copyOfRange(four, 0, 12));
      assertArrayEquals(images(sampler, 2, 2), Arrays.copyOfRange(four, 24, 48));
      assertFalse(Arrays.equals(images(sampler, 0, 1), images(sampler, 1, 1)));
    }
  }

  private double[] images(Sampler sampler, long first, int count) {
    try (Scope scope = Scope.open()) {
      return sampler
          .sample(
              Denoised.of(denoiser, process),
              NoiseSource.keyed(RandomKey.of(7), first).start(on, Shape.of(count, 2, 2, 3)),
              NoiseSource.keyed(RandomKey.of(7), first),
              SamplingListener.NONE)
          .toDoubles();
    }
  }

  @Test
  void memoryDoesNotGrowAndNothingIsRecorded() {
    List<Long> live = new ArrayList<>();
    Denoiser notRecorded = query -> {
      assertFalse(Tape.isRecording());
      return denoiser.predict(query);
    };
    try (Scope scope = Scope.open()) {
      long before = on.liveBytes();
      Tensor images = ddpm()
          .sample(
              Denoised.of(notRecorded, process),
              NoiseSource.keyed(RandomKey.of(7), 0).start(on, Shape.of(2, 4, 4, 1)),
              NoiseSource.keyed(RandomKey.of(7), 0),
              (done, of, x, x0) -> live.add(on.liveBytes()));
      assertEquals(60, live.size());
      assertEquals(1, live.stream().distinct().count(), "bytes after steps: " + live);
      assertEquals(2 * 32 * 8, on.liveBytes() - before); // the start and the images
      assertEquals(32, images.toDoubles().length);
    }
  }

  @Test
  void theLastStepOfDdimIsItsEstimate() {
    List<double[]> ends = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      Tensor x = ddim(6, 1)
          .sample(
              Denoised.of(denoiser, process),
              NoiseSource.keyed(RandomKey.of(3), 0).start(on, Shape.of(1, 5)),
              NoiseSource.keyed(RandomKey.of(3), 0),
              (done, of, state, estimate) -> ends.add(estimate.toDoubles()));
      assertEquals(6, ends.size());
      assertArrayEquals(ends.get(5), x.toDoubles());
    }
  }

  @Test
  void selfConditionedDenoisersSeeTheEstimateOfTheStepBefore() {
    List<double[]> given = new ArrayList<>(), estimates = new ArrayList<>();
    Denoiser conditioned = new Denoiser() {
      @Override
      public Variable predict(Query query) {
        query.condition().former().ifPresent(x0 -> given.add(x0.value().toDoubles()));
        return denoiser.predict(query);
      }

      @Override
      public boolean isSelfConditioned() {
        return true;
      }
    };
    try (Scope scope = Scope.open()) {
      ddim(4, 0)
          .sample(
              Denoised.of(conditioned, process),
              NoiseSource.keyed(RandomKey.of(3), 0).start(on, Shape.of(1, 5)),
              NoiseSource.keyed(RandomKey.of(3), 0),
              (done, of, state, estimate) -> estimates.add(estimate.toDoubles()));
    }
    assertEquals(3, given.size());
    for (int step = 0; step < 3; step++) {
      assertArrayEquals(estimates.get(step), given.get(step));
    }
  }

  @Test
  void denoisersAreToldTheTimesOfTheirOwnProcess() {
    List<Double> told = new ArrayList<>();
    Denoiser listening = query -> {
      told.add(query.times()[0]);
      return denoiser.predict(query);
    };
    try (Scope scope = Scope.open()) {
      new StepSampler(Levels.through(process.q(), 4, 29, 59), DdpmStep.USUAL)
          .sample(
              Denoised.of(listening, process),
              NoiseSource.keyed(RandomKey.of(3), 0).start(on, Shape.of(1, 1)),
              NoiseSource.keyed(RandomKey.of(3), 0),
              SamplingListener.NONE);
    }
    assertEquals(List.of(59.0, 29.0, 4.0), told);
  }

  @Test
  void allStepsMeanDdpmAndFewerDdim() {
    assertEquals(DdpmStep.USUAL, ((StepSampler) Sampler.of(process.q(), 60, 0)).step());
    assertEquals(DdimStep.of(0.5), ((StepSampler) Sampler.of(process.q(), 59, 0.5)).step());
    assertEquals(
        "steps: expected 1 to 60 (the schedule's length), got 61",
        assertThrows(IllegalArgumentException.class, () -> Sampler.of(process.q(), 61, 0))
            .getMessage());
    assertEquals(
        "eta: expected 0 or more, got -1.0",
        assertThrows(IllegalArgumentException.class, () -> Sampler.of(process.q(), 5, -1))
            .getMessage());
  }

  @Test
  void interpolatingAllTheWayToOneSideIsDenoisingIt() {
    try (Scope scope = Scope.open()) {
      Sampler sampler = ddpm();
      NoiseSource noise = NoiseSource.keyed(RandomKey.of(4), 0);
      Tensor first = noise.step(100, on, Shape.of(1, 6));
      Tensor second = noise.step(101, on, Shape.of(1, 6));
      Tensor z = noise.step(102, on, Shape.of(1, 6));
      Interpolation halfWay = new Interpolation(sampler, 30);
      double[] a = halfWay
          .between(model, 0, first, z, second, z, noise, SamplingListener.NONE)
          .toDoubles();
      double[] b = halfWay
          .between(model, 1, second, z, first, z, noise, SamplingListener.NONE)
          .toDoubles();
      assertArrayEquals(a, b);
    }
  }

  @Test
  void aLastStepFromALaterTimeAddsNoiseOnlyIfAsked() {
    assertEquals(List.of(0), noisySteps(LastNoise.BEFORE_LAST_STEP, 9, 19));
    assertEquals(List.of(0, 1), noisySteps(LastNoise.BEFORE_TIME_ZERO, 9, 19));
    assertEquals(List.of(0), noisySteps(LastNoise.BEFORE_TIME_ZERO, 0, 19));
  }

  /** As DDIM of diffusers: T/S times back whatever comes next, and at the end maybe to the first time. */
  @Test
  void stepsOfDdimLeadWhereTheySay() {
    NoiseSchedule all = process.q().schedule(); // of 60 times
    Spacings.Linspace linspace = new Spacings.Linspace(); // 0, 15, 30, 44, 59
    NoiseSchedule level = landing(linspace, Stride.LEVEL, End.DATA);
    assertEquals(all.alphaBar(44), level.alphaBarBefore(4));
    assertEquals(1, level.alphaBarBefore(0));
    NoiseSchedule equal = landing(linspace, Stride.EQUAL, End.FIRST_TIME);
    assertEquals(all.alphaBar(59 - 12), equal.alphaBarBefore(4));
    assertEquals(all.alphaBar(3), equal.alphaBarBefore(1));
    assertEquals(all.alphaBar(0), equal.alphaBarBefore(0));
    assertEquals(
        all.alphaBar(0), landing(linspace, Stride.LEVEL, End.FIRST_TIME).alphaBarBefore(0));
    Spacings.Karras karras = new Spacings.Karras(7, 0.002, 80, false);
    String refused = String.valueOf(
        assertThrows(SettingException.class, () -> landing(karras, Stride.EQUAL, End.DATA))
            .getMessage());
    assertTrue(refused.startsWith("{spacing}: expected a spacing that visits times"), refused);
  }

  private NoiseSchedule landing(SpacingSettings spacing, Stride stride, End end) {
    LandingGrid grid = new LandingGrid(new Grid(5, spacing), end);
    Sampler sampler = new Samplers.Ddim(grid, 0, NoiseEstimate.FROM_X0, stride).create(process);
    return ((Levels) sampler.levels()).q().schedule();
  }

  @Test
  void anOffsetShiftsTimesAsFarAsThereAreAny() {
    Sampler shifted = new Samplers.Ddpm(6, new Spacings.Leading(1)).create(process);
    assertEquals(1, shifted.levels().at(0).time());
    assertEquals(51, shifted.levels().at(5).time());
    assertEquals(
        "{offset}: expected at most 0 with {sampler.steps} 60 of 60 times, got 1; take fewer steps",
        assertThrows(SettingException.class, () -> new Samplers.Ddpm(60, new Spacings.Leading(1))
                .create(process))
            .getMessage());
  }

  private List<Integer> noisySteps(LastNoise lastNoise, int... times) {
    List<Integer> asked = new ArrayList<>();
    NoiseSource keyed = NoiseSource.keyed(RandomKey.of(3), 0);
    NoiseSource counting = new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return keyed.start(device, shape);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        asked.add(step);
        return keyed.step(step, device, shape);
      }
    };
    List<double[]> estimates = new ArrayList<>();
    ReverseProcess large = process.withVariance(ReverseVariance.FORWARD);
    Levels levels = Levels.through(process.q(), times);
    try (Scope scope = Scope.open()) {
      Tensor end = new StepSampler(levels, new DdpmStep(lastNoise))
          .sample(
              Denoised.of(denoiser, large),
              counting.start(on, Shape.of(1, 5)),
              counting,
              (done, of, state, estimate) -> estimates.add(estimate.toDoubles()));
      boolean endsClean = !asked.contains(times.length - 1);
      assertEquals(endsClean, distance(estimates.get(times.length - 1), end.toDoubles()) < 1e-12);
    }
    return asked;
  }

  private Sampler ddpm() {
    return new StepSampler(Levels.all(process.q()), DdpmStep.USUAL);
  }

  private Sampler ddim(int steps, double eta) {
    return new StepSampler(TimestepSpacing.UNIFORM.levels(process.q(), steps), DdimStep.of(eta));
  }

  private static double distance(double[] a, double[] b) {
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs(a[i] - b[i]))
        .max()
        .orElse(0);
  }
}
