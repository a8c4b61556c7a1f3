package brume.diffusion.sampler;

import brume.diffusion.process.Spacing;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.sampler.DpmMultistep.Ending;
import brume.diffusion.sampler.DpmMultistep.ThirdOrder;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import java.util.List;

/** The samplers by name. */
public final class Samplers {

  static final String STEPS = "Steps of sampling.";
  static final String SPACING = "Which levels of noise are visited.";
  static final String ETA = "Share of the noise of DDPM that a step adds.";

  static final String END = "Where the last step leads: to data, or to the first time.";

  private static final SpacingSettings KARRAS = new Spacings.Karras(7, 0.002, 80, false);

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
          new Heun(18, KARRAS),
          "Steps of second order without noise, which look twice.",
          "Karras et al. (2022), algorithm 1")
      .add(
          "euler",
          new EulerSamplers.Euler(25, KARRAS),
          "Straight steps without noise, or with some before each.",
          "Karras et al. (2022), algorithm 2; k-diffusion, sample_euler")
      .add(
          "euler-ancestral",
          new EulerSamplers.EulerAncestral(25, KARRAS, 1),
          "Straight steps to too little noise; the rest is added anew.",
          "k-diffusion, sample_euler_ancestral")
      .add(
          "dpmpp-2m",
          new DpmSamplers.Dpmpp2m(15, KARRAS, DdimStep.End.DATA, Correction.MIDPOINT, Ending.LOWER),
          "Steps of second order that look once and remember the step before.",
          "Lu et al., DPM-Solver++ (2022), algorithm 2")
      .add(
          "dpmpp-3m",
          new DpmSamplers.Dpmpp3m(
              15, KARRAS, DdimStep.End.DATA, Correction.MIDPOINT, ThirdOrder.EXACT, Ending.LOWER),
          "The same with the memory of two steps.",
          "Lu et al., DPM-Solver++ (2022), released code")
      .add(
          "dpmpp-sde",
          new DpmSamplers.DpmppSde(
              25, KARRAS, DdimStep.End.DATA, 2, Correction.MIDPOINT, Ending.LOWER),
          "The same with fresh noise in every step.",
          "Lu et al., DPM-Solver++ (2022), appendix B")
      .add(
          "dpmsolver",
          new DpmSamplers.DpmSolver(
              15,
              KARRAS,
              DdimStep.End.DATA,
              2,
              Correction.MIDPOINT,
              ThirdOrder.EXACT,
              Ending.LOWER),
          "As dpmpp-2m, with the noise in place of the data as what changes evenly.",
          "Lu et al., DPM-Solver (2022)")
      .add(
          "deis",
          new DpmSamplers.Deis(15, KARRAS, DdimStep.End.DATA, 3, Ending.LOWER),
          "Exact integrals of the polynomial through the latest estimates of the noise.",
          "Zhang and Chen (2022), DEIS with log rho")
      .add(
          "dpmpp-single",
          new MultistepSamplers.DpmSingle(
              15, KARRAS, DdimStep.End.DATA, 2, Exponential.DATA, Correction.MIDPOINT, true),
          "Groups of steps of growing order, each from the first level of its group.",
          "Lu et al., DPM-Solver (2022), algorithms 1 and 2; DPM-Solver++(2S)")
      .add(
          "unipc",
          new MultistepSamplers.UniPc(
              15,
              KARRAS,
              DdimStep.End.DATA,
              2,
              Exponential.DATA,
              UniPcStep.Scale.BH2,
              List.of(),
              true),
          "A predictor, and a corrector that costs no look of its own.",
          "Zhao et al., UniPC (2023)")
      .add(
          "lms",
          new MultistepSamplers.Lms(25, KARRAS, 4),
          "The polynomial through the latest estimates of the noise, straight in sigma.",
          "k-diffusion, sample_lms")
      .add(
          "kdpm2",
          new MultistepSamplers.Kdpm2(15, KARRAS, 0),
          "A second look from the middle of a step, with fresh noise if wanted.",
          "k-diffusion, sample_dpm_2 and sample_dpm_2_ancestral")
      .add(
          "pndm",
          new MultistepSamplers.Pndm(
              50, new Spacings.Leading(0), DdimStep.End.DATA, PndmStep.Start.SECOND_LOOK, false),
          "The latest four estimates of the noise, weighted as for equal steps.",
          "Liu et al. (2022), algorithm 2; iPNDM with --first-steps lower")
      .add(
          "lcm",
          new MultistepSamplers.Lcm(4, new Spacings.Distilled(50), 10, 0.5),
          "Jumps to data and back, for networks that were distilled for it.",
          "Luo et al., Latent Consistency Models (2023), algorithm 3")
      .add(
          "tcd",
          new MultistepSamplers.Tcd(4, new Spacings.Distilled(50), 0.3),
          "Steps to too little noise and back, for networks that were distilled for it.",
          "Zheng et al., Trajectory Consistency Distillation (2024), algorithm 4");

  private Samplers() {}

  /** The levels of a spacing, with a last step that leads where it should. */
  static Way levels(TrainedProcess process, SpacingSettings spacing, int steps, DdimStep.End end) {
    return process.levels(landing(spacing, end), steps);
  }

  static Spacing landing(SpacingSettings spacing, DdimStep.End end) {
    return new DdimStep.Landing(spacing.create(), DdimStep.Stride.LEVEL, end);
  }

  static Way levels(TrainedProcess process, SpacingSettings spacing, int steps) {
    return process.levels(spacing.create(), steps);
  }

  /**
   * {@link DdimStep}.
   *
   * @param steps how many times are visited
   * @param eta η
   * @param spacing of the times
   * @param estimate which ε is used
   * @param stride how far a step leads
   * @param end where the last step leads
   */
  public record Ddim(
      @About(value = STEPS, min = 1, option = "sample-steps") int steps,
      @About(value = ETA, min = 0, max = 1) double eta,
      @About(SPACING) SpacingSettings spacing,
      @About(
              value =
                  "Noise that a step takes out: what is left of x without the clipped data, or as predicted.",
              option = "noise-estimate")
          NoiseEstimate estimate,
      @About(
              "How far a step leads: to the next level, or timesteps/steps times back as in diffusers.")
          DdimStep.Stride stride,
      @About(
              value = "Where the last step leads: to data, or to the first time.",
              option = "last-step")
          DdimStep.End end)
      implements SamplerSettings {

    /**
     * Steps from level to level that end with data.
     *
     * @param steps how many times are visited
     * @param eta η
     * @param spacing of the times
     * @param estimate which ε is used
     */
    public Ddim(int steps, double eta, SpacingSettings spacing, NoiseEstimate estimate) {
      this(steps, eta, spacing, estimate, DdimStep.Stride.LEVEL, DdimStep.End.DATA);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      Spacing landing = new DdimStep.Landing(spacing.create(), stride, end);
      return new StepSampler(process.levels(landing, steps), new DdimStep(eta, estimate));
    }
  }

  /**
   * {@link DdpmStep}.
   *
   * @param steps how many times are visited
   * @param spacing of the times
   * @param lastNoise which steps add noise
   */
  public record Ddpm(
      @About(value = STEPS, min = 1, option = "sample-steps") int steps,
      @About(SPACING) SpacingSettings spacing,
      @About(
              "Which steps add noise: those before the last, or those from later times than 0 as in diffusers.")
          DdpmStep.LastNoise lastNoise)
      implements SamplerSettings {

    /**
     * No noise in the last step.
     *
     * @param steps how many times are visited
     * @param spacing of the times
     */
    public Ddpm(int steps, SpacingSettings spacing) {
      this(steps, spacing, DdpmStep.LastNoise.BEFORE_LAST_STEP);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      if (lastNoise == DdpmStep.LastNoise.BEFORE_TIME_ZERO) {
        var unused = process.discrete(
            "{lastNoise}: expected before-last-step with a continuous {process}, got another");
      }
      return new StepSampler(process.levels(spacing.create(), steps), new DdpmStep(lastNoise));
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
    public Sampler create(TrainedProcess process) {
      int all = process
          .discrete("{sampler}: expected ddpm or ddim with a continuous {process}, got another")
          .q()
          .steps();
      SettingException.unless(
          steps != all || eta == 0,
          "{eta}: expected 0 with as many {sampler.steps} as timesteps, which is DDPM, got %s",
          eta);
      SpacingSettings spacing = new Spacings.Uniform();
      SamplerSettings chosen = steps == all
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
    public Sampler create(TrainedProcess process) {
      return new StepSampler(process.levels(spacing.create(), steps), new HeunStep());
    }
  }
}
