package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Slice.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.DiscreteSettings;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.process.ScheduleSettings;
import brume.diffusion.process.Schedules;
import brume.diffusion.settings.Kind;
import brume.diffusion.settings.Settings;
import brume.nn.Denoiser;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be combined samples numbers; what may not is refused before. */
class EveryCombinationTest {

  private static final int TIMES = 50, STEPS = 10;

  private final Backend on = Backends.reference();

  private static List<SpacingSettings> spacings() {
    List<SpacingSettings> all = new ArrayList<>();
    for (Kind<? extends SpacingSettings> kind : Spacings.CATALOG.kinds()) {
      if (kind.defaults() instanceof Spacings.Shifted) {
        continue; // of processes without numbered times
      }
      all.add(
          kind.defaults() instanceof Spacings.Sections
              ? new Spacings.Sections(List.of(4, 6))
              : kind.defaults());
    }
    return all;
  }

  private static List<SamplerSettings> samplers() {
    List<SamplerSettings> all =
        new ArrayList<>(List.of(new Samplers.Auto(TIMES, 0), new Samplers.Auto(STEPS, 0.5)));
    for (SpacingSettings spacing : spacings()) {
      all.add(new Samplers.Ddpm(STEPS, spacing));
      all.add(new Samplers.Ddim(STEPS, 0, spacing, NoiseEstimate.FROM_X0));
      all.add(new Samplers.Ddim(STEPS, 1, spacing, NoiseEstimate.AS_PREDICTED));
      all.add(new Samplers.Heun(new Grid(STEPS, spacing)));
      all.add(new EulerSamplers.Euler(new Grid(STEPS, spacing)));
    }
    for (Kind<? extends SamplerSettings> kind : Samplers.CATALOG.kinds()) {
      if (all.stream().noneMatch(one -> kind.defaults().getClass().isInstance(one))) {
        all.add(withSteps(kind));
      }
    }
    return all;
  }

  /** A kind as it is, but for the number of steps. */
  private static SamplerSettings withSteps(Kind<? extends SamplerSettings> kind) {
    Record changed = new Settings(List.of(Spacings.CATALOG))
        .read(JsonNodeFactory.instance.objectNode().put("steps", STEPS), kind.record());
    return Samplers.CATALOG.seam().cast(changed);
  }

  @Test
  void everySamplerOfTheCatalogIsTried() {
    assertEquals(
        Samplers.CATALOG.kinds().stream()
            .map(kind -> kind.defaults().getClass().getSimpleName())
            .sorted()
            .toList(),
        samplers().stream()
            .map(sampler -> sampler.getClass().getSimpleName())
            .distinct()
            .sorted()
            .toList());
  }

  @ParameterizedTest
  @EnumSource
  void samplesFinitelyOrIsRefused(Prediction prediction) {
    int allowed = 0, refused = 0;
    for (Kind<? extends ScheduleSettings> schedule : Schedules.CATALOG.kinds()) {
      for (boolean zeroTerminalSnr : new boolean[] {false, true}) {
        for (ReverseVariance variance : ReverseVariance.values()) {
          if (zeroTerminalSnr && schedule.name().equals("harmonic")) {
            continue; // it is that already
          }
          if (prediction == Prediction.BOTH && variance.isLearned()) {
            continue; // is refused
          }
          ReverseProcess process = new DiscreteSettings(
                  TIMES, schedule.defaults(), zeroTerminalSnr, prediction, variance, false)
              .create(Clipping.unit());
          boolean defined = isDefined(process);
          boolean endsInNoise = zeroTerminalSnr || schedule.name().equals("harmonic");
          assertEquals(!(endsInNoise && dividesByData(prediction)), defined);
          allowed += defined ? 1 : 0;
          refused += defined ? 0 : 1;
          if (defined) {
            samplers().forEach(sampler -> requireFinite(process, sampler));
          }
        }
      }
    }
    assertTrue(allowed >= (prediction == Prediction.BOTH ? 20 : 30), "allowed " + allowed);
    assertEquals(dividesByData(prediction), refused > 0);
  }

  private static boolean dividesByData(Prediction prediction) {
    return prediction == Prediction.EPSILON || prediction == Prediction.BOTH;
  }

  private static boolean isDefined(ReverseProcess process) {
    try {
      process.requireDefined();
      return true;
    } catch (IllegalArgumentException refused) {
      assertTrue(refused.getMessage().startsWith("process: expected "), refused.getMessage());
      return false;
    }
  }

  private void requireFinite(ReverseProcess process, SamplerSettings settings) {
    Denoiser network = query -> {
      Variable answer = tanh(query.xt());
      if (process.prediction() == Prediction.BOTH) {
        Variable shares = slice(answer, -1, 0, 2);
        return concatenate(concatenate(answer, answer), shares);
      }
      return process.variance().isLearned() ? concatenate(answer, answer) : answer;
    };
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    try (Scope scope = Scope.open()) {
      Tensor start = noise.start(on, Shape.of(1, 4));
      double[] end = settings
          .create(process)
          .sample(Denoised.of(network, process), start, noise, SamplingListener.NONE)
          .toDoubles();
      assertTrue(
          Arrays.stream(end).allMatch(Double::isFinite),
          () -> settings + " of " + process.prediction() + ": " + Arrays.toString(end));
    }
  }

  /** Settings of catalogs and methods of the library mean the same where they have the same name. */
  @Test
  void theCatalogsSchedulesAreTheUsualOnes() {
    ScheduleSettings cosine = Schedules.CATALOG.named("cosine").defaults();
    assertEquals(NoiseSchedule.cosine(TIMES).alphaBar(20), cosine.create(TIMES).alphaBar(20));
  }
}
