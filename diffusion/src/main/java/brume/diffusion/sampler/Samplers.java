package brume.diffusion.sampler;

import brume.diffusion.process.TrainedProcess;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.sampler.DpmMultistep.Ending;
import brume.diffusion.sampler.DpmMultistep.ThirdOrder;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;
import java.util.List;

/** The samplers by name. */
public final class Samplers {

  static final String ETA = "Share of the noise of DDPM that a step adds.";
  static final String STRIDE =
      "How far a step leads: to the next level, or timesteps/steps times back as in diffusers.";

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
          "ddim-inverse",
          new DdimInverse(
              new LandingGrid(new Grid(50, new Spacings.Uniform()), End.DATA), Stride.LEVEL),
          "Finds the noise that becomes a given picture; ddim leads back from it.",
          "Dhariwal and Nichol (2021), appendix F; DDIMInverseScheduler in diffusers")
      .add(
          "auto",
          new Auto(50, 0),
          "DDPM if all times are visited, else DDIM.",
          "denoising-diffusion-pytorch, GaussianDiffusion.sample")
      .add(
          "heun",
          new Heun(karras(18)),
          "Steps of second order without noise, which look twice.",
          "Karras et al. (2022), algorithm 1")
      .add(
          "euler",
          new EulerSamplers.Euler(karras(25)),
          "Straight steps without noise, or with some before each.",
          "Karras et al. (2022), algorithm 2; k-diffusion, sample_euler")
      .add(
          "euler-ancestral",
          new EulerSamplers.EulerAncestral(karras(25), 1),
          "Straight steps to too little noise; the rest is added anew.",
          "k-diffusion, sample_euler_ancestral")
      .add(
          "dpmpp-2m",
          new DpmSamplers.Dpmpp2m(toData(15), Correction.MIDPOINT, Ending.LOWER),
          "Steps of second order that look once and remember the step before.",
          "Lu et al., DPM-Solver++ (2022), algorithm 2")
      .add(
          "dpmpp-3m",
          new DpmSamplers.Dpmpp3m(toData(15), Correction.MIDPOINT, ThirdOrder.EXACT, Ending.LOWER),
          "The same with the memory of two steps.",
          "Lu et al., DPM-Solver++ (2022), released code")
      .add(
          "dpmpp-sde",
          new DpmSamplers.DpmppSde(toData(25), 2, Correction.MIDPOINT, Ending.LOWER),
          "The same with fresh noise in every step.",
          "Lu et al., DPM-Solver++ (2022), appendix B")
      .add(
          "dpmsolver",
          new DpmSamplers.DpmSolver(
              toData(15), 2, Correction.MIDPOINT, ThirdOrder.EXACT, Ending.LOWER),
          "As dpmpp-2m, with the noise in place of the data as what changes evenly.",
          "Lu et al., DPM-Solver (2022)")
      .add(
          "deis",
          new DpmSamplers.Deis(toData(15), 3, Ending.LOWER),
          "Exact integrals of the polynomial through the latest estimates of the noise.",
          "Zhang and Chen (2022), DEIS with log rho")
      .add(
          "dpmpp-single",
          new MultistepSamplers.DpmSingle(
              toData(15), 2, Exponential.DATA, Correction.MIDPOINT, true),
          "Groups of steps of growing order, each from the first level of its group.",
          "Lu et al., DPM-Solver (2022), algorithms 1 and 2; DPM-Solver++(2S)")
      .add(
          "unipc",
          new MultistepSamplers.UniPc(
              toData(15), 2, Exponential.DATA, UniPcStep.Scale.BH2, List.of(), true),
          "A predictor, and a corrector that costs no look of its own.",
          "Zhao et al., UniPC (2023)")
      .add(
          "lms",
          new MultistepSamplers.Lms(karras(25), 4),
          "The polynomial through the latest estimates of the noise, straight in sigma.",
          "k-diffusion, sample_lms")
      .add(
          "kdpm2",
          new MultistepSamplers.Kdpm2(karras(15), 0),
          "A second look from the middle of a step, with fresh noise if wanted.",
          "k-diffusion, sample_dpm_2 and sample_dpm_2_ancestral")
      .add(
          "pndm",
          new MultistepSamplers.Pndm(
              new LandingGrid(new Grid(50, new Spacings.Leading(0)), End.DATA),
              PndmStep.Start.SECOND_LOOK,
              false,
              Stride.LEVEL),
          "The latest four estimates of the noise, weighted as for equal steps.",
          "Liu et al. (2022), algorithm 2")
      .add(
          "ipndm",
          new MultistepSamplers.Ipndm(new Grid(25, new Spacings.Uniform()), false),
          "The same with first steps of lower order; of any process.",
          "Zhang and Chen (2022), appendix H.2; IPNDMScheduler in diffusers")
      .add(
          "lcm",
          new MultistepSamplers.Lcm(new Grid(4, new Spacings.Distilled(50)), 10, 0.5),
          "Jumps to data and back, for networks that were distilled for it.",
          "Luo et al., Latent Consistency Models (2023), algorithm 3")
      .add(
          "tcd",
          new MultistepSamplers.Tcd(new Grid(4, new Spacings.Distilled(50)), 0.3),
          "Steps to too little noise and back, for networks that were distilled for it.",
          "Zheng et al., Trajectory Consistency Distillation (2024), algorithm 4")
      .add(
          "edm-heun",
          FlowSamplers.EdmHeun.USUAL,
          "As heun, with some noise before each step that both looks see.",
          "Karras et al. (2022), algorithm 2")
      .add(
          "flow-euler",
          new FlowSamplers.FlowEuler(new Grid(25, new Spacings.Uniform()), false),
          "Straight steps along the velocity, or with new noise in each.",
          "Liu et al. (2022), section 2.2; FlowMatchEulerDiscreteScheduler in diffusers")
      .add(
          "flow-heun",
          new FlowSamplers.FlowHeun(
              new Grid(15, new Spacings.Uniform()), FlowSamplers.SecondLook.END),
          "The mean of the velocities at both ends of a step, or the one in its middle.",
          "FlowMatchHeunDiscreteScheduler in diffusers")
      .add(
          "cm",
          new FlowSamplers.Cm(karras(4), 0.002),
          "Jumps to data and back with new noise, for networks that were distilled for it.",
          "Song et al., Consistency Models (2023), algorithm 1");

  private Samplers() {}

  private static Grid karras(int steps) {
    return new Grid(steps, new Spacings.Karras(7, 0.002, 80, false));
  }

  private static LandingGrid toData(int steps) {
    return new LandingGrid(karras(steps), End.DATA);
  }

  /**
   * {@link DdimStep}.
   *
   * @param grid times that are visited
   * @param eta η
   * @param estimate which ε is used
   * @param stride how far a step leads
   */
  public record Ddim(
      @Inline LandingGrid grid,
      @About(value = ETA, min = 0, max = 1) double eta,
      @About(
              value =
                  "Noise that a step takes out: what is left of x without the clipped data, or as"
                      + " predicted.",
              option = "noise-estimate")
          NoiseEstimate estimate,
      @About(STRIDE) Stride stride)
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
      this(new LandingGrid(new Grid(steps, spacing), End.DATA), eta, estimate, Stride.LEVEL);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(process, stride, new DdimStep(eta, estimate));
    }
  }

  /**
   * {@link DdpmStep}.
   *
   * @param grid times that are visited
   * @param lastNoise which steps add noise
   */
  public record Ddpm(
      @Inline Grid grid,
      @About("Which steps add noise: those before the last, or those from later times than 0 as"
              + " in diffusers.")
          DdpmStep.LastNoise lastNoise)
      implements SamplerSettings {

    /**
     * No noise in the last step.
     *
     * @param steps how many times are visited
     * @param spacing of the times
     */
    public Ddpm(int steps, SpacingSettings spacing) {
      this(new Grid(steps, spacing), DdpmStep.LastNoise.BEFORE_LAST_STEP);
    }

    @Override
    public Sampler create(TrainedProcess process) {
      if (lastNoise == DdpmStep.LastNoise.BEFORE_TIME_ZERO) {
        var unused = process.discrete(
            "{lastNoise}: expected before-last-step with a continuous {process}, got another");
      }
      return grid.sampler(process, new DdpmStep(lastNoise));
    }
  }

  /**
   * {@link Ddpm} or {@link Ddim}.
   *
   * @param steps how many times are visited
   * @param eta η of DDIM
   */
  public record Auto(
      @About(value = Grid.STEPS, min = 1, option = "sample-steps") int steps,
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
   * @param grid levels that are visited; the network is asked twice at each but the last
   */
  public record Heun(@Inline Grid grid) implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.begun(grid.sampler(process, new HeunStep()));
    }
  }
}
