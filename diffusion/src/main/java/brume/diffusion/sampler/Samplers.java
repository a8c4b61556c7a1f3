package brume.diffusion.sampler;

import brume.diffusion.process.Levels;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;

/** The samplers by name. */
public final class Samplers {

  static final String STEPS = "Steps of sampling.";
  static final String SPACING = "Which levels of noise are visited.";
  static final String ETA = "Share of the noise of DDPM that a step adds.";

  /** All of them. */
  public static final Catalog<SamplerSettings> CATALOG = Catalog.of(
          "sampler", "samplers", SamplerSettings.class)
      .add(
          "ddim",
          new Ddim(50, 0, new Spacings.Uniform(), NoiseEstimate.FROM_X0),
          "Steps of any length with as much noise as wanted.",
          "Song, Meng and Ermon (2020), eq. 12")
      .add(
          "ddpm",
          new Ddpm(1000, new Spacings.Uniform()),
          "Every step is drawn from its distribution.",
          "Ho et al. (2020), algorithm 2")
      .add(
          "auto",
          new Auto(50, 0),
          "DDPM if all times are visited, else DDIM.",
          "denoising-diffusion-pytorch, GaussianDiffusion.sample")
      .add(
          "heun",
          new Heun(18, new Spacings.Karras(7, 0.002, 80)),
          "Steps of second order without noise, which look twice.",
          "Karras et al. (2022), algorithm 1");

  private Samplers() {}

  private static Levels levels(ReverseProcess process, SpacingSettings spacing, int steps) {
    int all = process.q().steps();
    SettingException.unless(
        steps <= all,
        "{sampler.steps}: expected 1 to %d (the timesteps of the process), got %d",
        all,
        steps);
    try {
      return spacing.create().levels(process.q(), steps);
    } catch (SettingException refused) {
      throw refused;
    } catch (IllegalArgumentException refused) {
      throw new SettingException("{spacing}: " + refused.getMessage());
    }
  }

  /**
   * {@link DdimStep}.
   *
   * @param steps how many times are visited
   * @param eta η
   * @param spacing of the times
   * @param estimate which ε is used
   */
  public record Ddim(
      @About(value = STEPS, min = 1, option = "sample-steps") int steps,
      @About(value = ETA, min = 0, max = 1) double eta,
      @About(SPACING) SpacingSettings spacing,
      @About(
              value =
                  "Noise that a step takes out: what is left of x without the clipped data, or as predicted.",
              option = "noise-estimate")
          NoiseEstimate estimate)
      implements SamplerSettings {
    @Override
    public Sampler create(ReverseProcess process) {
      return new StepSampler(levels(process, spacing, steps), new DdimStep(eta, estimate));
    }
  }

  /**
   * {@link DdpmStep}.
   *
   * @param steps how many times are visited
   * @param spacing of the times
   */
  public record Ddpm(
      @About(value = STEPS, min = 1, option = "sample-steps") int steps,
      @About(SPACING) SpacingSettings spacing)
      implements SamplerSettings {
    @Override
    public Sampler create(ReverseProcess process) {
      Levels levels =
          steps == process.q().steps() ? Levels.all(process.q()) : levels(process, spacing, steps);
      return new StepSampler(levels, DdpmStep.USUAL);
    }
  }

  /**
   * {@link Ddpm} or {@link Ddim}.
   *
   * @param steps how many times are visited
   * @param eta η of DDIM
   */
  public record Auto(
      @About(value = STEPS, min = 1, option = "sample-steps") int steps,
      @About(value = ETA, min = 0, max = 1) double eta)
      implements SamplerSettings {
    @Override
    public Sampler create(ReverseProcess process) {
      SettingException.unless(
          steps != process.q().steps() || eta == 0,
          "{eta}: expected 0 with as many {sampler.steps} as timesteps, which is DDPM, got %s",
          eta);
      SpacingSettings spacing = new Spacings.Uniform();
      SamplerSettings chosen = steps == process.q().steps()
          ? new Ddpm(steps, spacing)
          : new Ddim(steps, eta, spacing, NoiseEstimate.FROM_X0);
      return chosen.create(process);
    }
  }

  /**
   * {@link HeunStep}.
   *
   * @param steps how many levels are visited; the network is asked twice at each but the last
   * @param spacing of the levels
   */
  public record Heun(
      @About(value = STEPS, min = 1, option = "sample-steps") int steps,
      @About(SPACING) SpacingSettings spacing)
      implements SamplerSettings {
    @Override
    public Sampler create(ReverseProcess process) {
      return new StepSampler(levels(process, spacing, steps), new HeunStep());
    }
  }
}
