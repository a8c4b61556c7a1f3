package brume.diffusion.sampler;

import brume.diffusion.process.Levels;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;
import java.util.List;
import java.util.Locale;

/** Settings of further solvers: {@link UniPcStep}, {@link LinearMultistep}, {@link DpmSinglestep}, {@link Kdpm2Step}. */
public final class MultistepSamplers {

  private MultistepSamplers() {}

  /**
   * {@link UniPcStep}.
   *
   * @param grid levels that are visited
   * @param order 1, 2 or 3
   * @param polynomial data or noise
   * @param scale what B is
   * @param uncorrected numbers of steps, from 0
   * @param lowerAtEnd whether orders fall in the last steps
   */
  public record UniPc(
      @Inline LandingGrid grid,
      @About(value = DpmSamplers.ORDER, min = 1, max = 3, option = "solver-order") int order,
      @About(DpmSamplers.POLYNOMIAL) Exponential polynomial,
      @About(value = "The function B of the paper.", option = "unipc-scale") UniPcStep.Scale scale,
      @About(
              value = "Steps, counted from 0, whose results are not corrected.",
              min = 0,
              optional = true)
          List<Integer> uncorrected,
      @About(DpmSamplers.LOWER) boolean lowerAtEnd)
      implements SamplerSettings {

    /** Copies the list. {@inheritDoc} */
    public UniPc {
      uncorrected = List.copyOf(uncorrected);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      DpmSamplers.requireEffect(order, lowerAtEnd);
      int steps = grid.grid().steps();
      for (int step : uncorrected) {
        SettingException.unless(
            step < steps - 1,
            "{uncorrected}: expected numbers below %d, as only results that another step follows"
                + " are corrected, got %d",
            steps - 1,
            step);
      }
      return grid.sampler(
          process, new UniPcStep(order, polynomial, scale, uncorrected, lowerAtEnd));
    }
  }

  /**
   * {@link LinearMultistep}.
   *
   * @param grid levels that are visited
   * @param order how many estimates are remembered
   */
  public record Lms(
      @Inline Grid grid,
      @About(value = DpmSamplers.ORDER, min = 1, max = 4, option = "solver-order") int order)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.begun(grid.sampler(process, new LinearMultistep(order)));
    }
  }

  /**
   * {@link DpmSinglestep}.
   *
   * @param grid levels that are visited
   * @param order of the largest group
   * @param polynomial data or noise
   * @param correction how a polynomial is integrated
   * @param lowerAtEnd whether the last group ends with a step of first order
   */
  public record DpmSingle(
      @Inline LandingGrid grid,
      @About(value = DpmSamplers.ORDER, min = 1, max = 3, option = "solver-order") int order,
      @About(DpmSamplers.POLYNOMIAL) Exponential polynomial,
      @About(DpmSamplers.CORRECTION) Correction correction,
      @About(DpmSamplers.LOWER) boolean lowerAtEnd)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      DpmSamplers.requireEffect(order, correction);
      DpmSamplers.requireEffect(order, lowerAtEnd);
      return grid.sampler(process, new DpmSinglestep(order, polynomial, correction, lowerAtEnd));
    }
  }

  /**
   * {@link PndmStep}.
   *
   * @param grid levels that are visited
   * @param start how the first steps are done
   * @param velocities whether v is weighed in place of ε
   * @param stride how far a step leads
   */
  public record Pndm(
      @Inline LandingGrid grid,
      @About(
              value = "The first steps: of lower order, with a second look, or of Runge and Kutta.",
              option = "first-steps")
          PndmStep.Start start,
      @About("Weigh velocities in place of the noise, as diffusers does where networks predict"
              + " them.")
          boolean velocities,
      @About(Samplers.STRIDE) Stride stride)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      SettingException.unless(
          grid.grid().steps() > 1,
          "{steps}: expected at least 2, got %d",
          grid.grid().steps());
      SettingException.unless(
          stride == Stride.LEVEL || start == PndmStep.Start.SECOND_LOOK,
          "{stride}: expected level with {start} %s, got equal",
          start.toString().toLowerCase(Locale.ROOT).replace('_', '-'));
      if (start == PndmStep.Start.LOWER) {
        return grid.sampler(process, PndmStep.lower(velocities));
      }
      ReverseProcess numbered = process.discrete(
          "{start}: expected lower with a continuous {process}, whose times have no numbers, got"
              + " another");
      Levels levels = grid.levels(numbered, stride);
      PndmStep step = PndmStep.of(start, velocities, numbered.q(), levels);
      return new StepSampler(
          levels,
          stride == Stride.LEVEL
              ? step
              : step.restartingAt(
                  PndmStep.Restart.equallyFar(numbered.q(), levels, grid.grid().steps())));
    }
  }

  /**
   * {@link PndmStep} whose first steps are of lower order.
   *
   * @param grid levels that are visited
   * @param fromNothing whether data count as 0 where a way begins with nothing of them
   */
  public record Ipndm(
      @Inline Grid grid,
      @About("Take 0 for the data where nothing is left of them, as diffusers does, not what is"
              + " estimated.")
          boolean fromNothing)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      Sampler sampler =
          grid.sampler(process, fromNothing ? PndmStep.lowerFromNothing() : PndmStep.lower(false));
      Way way = sampler.levels();
      SettingException.unless(
          !fromNothing || way.at(way.count() - 1).isNoise(),
          "{fromNothing}: expected off with levels that all have something of the data, got on");
      return sampler;
    }
  }

  /**
   * {@link LcmStep}.
   *
   * @param grid levels that are visited
   * @param timeScale s
   * @param sigmaData σ_d
   */
  public record Lcm(
      @Inline Grid grid,
      @About(
              value = "What times are multiplied by in the weights.",
              min = 1e-6,
              option = "lcm-scale")
          double timeScale,
      @About(
              value = "Standard deviation of the data, as distilled.",
              min = 1e-6,
              option = "lcm-sigma")
          double sigmaData)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(numbered(process, "lcm"), new LcmStep(timeScale, sigmaData));
    }
  }

  /**
   * {@link TcdStep}.
   *
   * @param grid levels that are visited
   * @param eta η
   */
  public record Tcd(
      @Inline Grid grid,
      @About(
              value = "How far below the next level a step leads before noise is added.",
              min = 0,
              max = 1)
          double eta)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      ReverseProcess numbered = numbered(process, "tcd");
      Levels levels = grid.levels(numbered);
      return new StepSampler(levels, TcdStep.of(eta, numbered.q(), levels));
    }
  }

  /**
   * {@link Kdpm2Step}.
   *
   * @param grid levels that are visited; the network is asked twice at each but the last
   * @param eta η
   */
  public record Kdpm2(@Inline Grid grid, @About(value = Samplers.ETA, min = 0, max = 1) double eta)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      SettingException.unless(
          grid.steps() > 1, "{steps}: expected at least 2 for a middle, got %d", grid.steps());
      ReverseProcess numbered = numbered(process, "kdpm2");
      Levels levels = grid.levels(numbered);
      return grid.begun(new StepSampler(levels, Kdpm2Step.of(numbered.q(), levels, eta)));
    }
  }

  /** A process with numbered times, which some steps look up. */
  private static ReverseProcess numbered(TrainedProcess process, String sampler) {
    return process.discrete("{sampler}: expected one that goes with a continuous {process}, got "
        + sampler + ", which wants numbered times");
  }
}
