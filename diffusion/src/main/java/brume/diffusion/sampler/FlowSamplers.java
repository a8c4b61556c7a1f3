package brume.diffusion.sampler;

import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;

/** Settings of samplers that came with processes in continuous time. */
public final class FlowSamplers {

  private FlowSamplers() {}

  /** Where a step of second order looks a second time. */
  public enum SecondLook {
    /** From where it leads. */
    END,
    /** From the middle, in the time of the process. */
    MIDDLE
  }

  /**
   * {@link EdmHeunStep}.
   *
   * @param grid levels that are visited
   * @param churn noise before steps
   */
  public record EdmHeun(@Inline Grid grid, @Inline ChurnSettings churn) implements SamplerSettings {

    /** The numbers of Karras et al. (2022), table 5, for ImageNet. */
    static final EdmHeun USUAL =
        new EdmHeun(new Grid(18, new Spacings.Uniform()), new ChurnSettings(40, 0.05, 50, 1.003));

    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(process, new EdmHeunStep(process, churn.create()));
    }
  }

  /**
   * {@link DdimStep} without noise, which is Euler's method for the velocity, or {@link RenoisedStep}.
   *
   * @param grid levels that are visited
   * @param stochastic whether noise is replaced in every step
   */
  public record FlowEuler(
      @Inline Grid grid,
      @About("Replace the noise in every step instead of keeping what is estimated of it.")
          boolean stochastic)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(process, stochastic ? new RenoisedStep(0) : DdimStep.of(0));
    }
  }

  /**
   * {@link TrapezoidStep}.
   *
   * @param grid levels that are visited
   * @param secondLook from where
   */
  public record FlowHeun(
      @Inline Grid grid,
      @About("Where a step looks a second time: from its end or from its middle.")
          SecondLook secondLook)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      Step step = secondLook == SecondLook.END
          ? new TrapezoidStep()
          : new TrapezoidStep.Middle(
              process.continuous(
                  "{secondLook}: expected end with {process} discrete, whose times have no middle, got middle"));
      return grid.sampler(process, step);
    }
  }

  /**
   * {@link RenoisedStep}.
   *
   * @param grid levels that are visited
   * @param least noise that data count as having
   */
  public record Cm(
      @Inline Grid grid,
      @About(
              value = "Noise for each unit of data that the data count as having.",
              min = 0,
              option = "cm-least")
          double least)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(process, new RenoisedStep(least));
    }
  }
}
