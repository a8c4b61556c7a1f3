package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import java.util.List;
import java.util.stream.IntStream;

/** The noise schedules by name, with every number their papers leave open. */
public final class Schedules {

  static final String FIRST = "Variance of the first step.";
  static final String LAST = "Variance of the last step.";

  /** All of them. */
  public static final Catalog<ScheduleSettings> CATALOG = Catalog.of(
          "schedule", "schedules", ScheduleSettings.class)
      .add(
          "linear",
          new Linear(1e-4, 0.02, true),
          "Variances grow linearly.",
          "Ho et al. (2020), section 4")
      .add(
          "quadratic",
          new Quadratic(1e-4, 0.02),
          "Square roots of variances grow linearly; scaled_linear in diffusers.",
          "ddpm-torch; Stable Diffusion")
      .add(
          "cosine",
          new Cosine(0.008),
          "What is left of the data falls like a squared cosine.",
          "Nichol and Dhariwal (2021), eq. 17")
      .add(
          "sigmoid",
          new Sigmoid(-3, 3, 1),
          "What is left of the data falls like a sigmoid.",
          "Jabri, Fleet and Chen (2022)")
      .add("constant", new Constant(0.02), "All variances are equal.", "ddpm-torch")
      .add(
          "warmup",
          new Warmup(1e-4, 0.02, 0.1),
          "Variances grow linearly in the first part of the steps, then stay.",
          "ddpm-torch, warmup10 and warmup50")
      .add(
          "harmonic",
          new Harmonic(),
          "What is left of the data falls linearly to nothing; not with --predict epsilon.",
          "Sohl-Dickstein et al. (2015); jsd in ddpm-torch")
      .add(
          "sigmoid-betas",
          new SigmoidBetas(1e-4, 0.02),
          "Variances grow like a sigmoid.",
          "Xu et al., GeoDiff (2022); sigmoid in diffusers")
      .add(
          "laplace",
          new Laplace(),
          "The logarithm of the signal-to-noise ratio falls like quantiles of a Laplace distribution.",
          "Hang et al. (2024), as diffusers has it")
      .add(
          "list",
          new Listed(List.of(0.02)),
          "Variances one by one, or one for all steps.",
          "trained_betas in diffusers");

  private Schedules() {}

  /**
   * {@link NoiseSchedule#linear(int, double, double)}.
   *
   * @param betaStart β of the first step
   * @param betaEnd β of the last step
   * @param scaled whether both are numbers for 1000 steps, multiplied by 1000/T
   */
  public record Linear(
      @About(value = FIRST, min = 0, max = 1) double betaStart,
      @About(value = LAST, min = 0, max = 1) double betaEnd,
      @About(value = "Multiply both variances by 1000/timesteps.", option = "beta-scaled")
          boolean scaled)
      implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      double scale = scaled ? 1000.0 / timesteps : 1;
      SettingException.unless(
          scale * betaEnd <= 1,
          "{timesteps}: expected at least %d, as the last variance of a linear schedule is %s/T, got %d",
          (int) Math.ceil(1000 * betaEnd),
          1000 * betaEnd,
          timesteps);
      return NoiseSchedule.linear(timesteps, scale * betaStart, scale * betaEnd);
    }
  }

  /**
   * {@link NoiseSchedule#scaledLinear}.
   *
   * @param betaStart β of the first step
   * @param betaEnd β of the last step
   */
  public record Quadratic(
      @About(value = FIRST, min = 0, max = 1) double betaStart,
      @About(value = LAST, min = 0, max = 1) double betaEnd)
      implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      return NoiseSchedule.scaledLinear(timesteps, betaStart, betaEnd);
    }
  }

  /**
   * {@link NoiseSchedule#cosine(int, double)}.
   *
   * @param offset s, which keeps the first β from being too small
   */
  public record Cosine(
      @About(
              value = "Shift that keeps the first variance from being too small.",
              min = 0,
              max = 1,
              option = "cosine-offset")
          double offset)
      implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      return NoiseSchedule.cosine(timesteps, offset);
    }
  }

  /**
   * {@link NoiseSchedule#sigmoid(int, double, double, double)}.
   *
   * @param start argument before the first step
   * @param end argument after the last step
   * @param tau divides arguments
   */
  public record Sigmoid(
      @About(value = "Argument of the sigmoid before the first step.", option = "sigmoid-start")
          double start,
      @About(value = "Argument of the sigmoid after the last step.", option = "sigmoid-end")
          double end,
      @About(
              value = "What arguments are divided by; smaller is steeper.",
              min = 1e-6,
              option = "sigmoid-tau")
          double tau)
      implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      SettingException.unless(
          start < end, "{end}: expected more than {start} %s, got %s", start, end);
      return NoiseSchedule.sigmoid(timesteps, start, end, tau);
    }
  }

  /**
   * {@link NoiseSchedule#constant}.
   *
   * @param beta β of every step
   */
  public record Constant(@About(value = "Variance of every step.", min = 0, max = 1) double beta)
      implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      return NoiseSchedule.constant(timesteps, beta);
    }
  }

  /**
   * {@link NoiseSchedule#warmup}.
   *
   * @param betaStart β of the first step
   * @param betaEnd β after the growth
   * @param fraction part of the steps in which β grows
   */
  public record Warmup(
      @About(value = FIRST, min = 0, max = 1) double betaStart,
      @About(value = LAST, min = 0, max = 1) double betaEnd,
      @About(
              value = "Part of the steps in which variances grow.",
              min = 0,
              max = 1,
              option = "beta-warmup")
          double fraction)
      implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      return NoiseSchedule.warmup(timesteps, betaStart, betaEnd, fraction);
    }
  }

  /** {@link NoiseSchedule#harmonic}. */
  public record Harmonic() implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      return NoiseSchedule.harmonic(timesteps);
    }
  }

  /**
   * {@link NoiseSchedule#sigmoidBetas}.
   *
   * @param betaStart β long before the first step
   * @param betaEnd β long after the last step
   */
  public record SigmoidBetas(
      @About(value = FIRST, min = 0, max = 1) double betaStart,
      @About(value = LAST, min = 0, max = 1) double betaEnd)
      implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      return NoiseSchedule.sigmoidBetas(timesteps, betaStart, betaEnd);
    }
  }

  /** {@link NoiseSchedule#laplace}. */
  public record Laplace() implements ScheduleSettings {
    @Override
    public NoiseSchedule create(int timesteps) {
      return NoiseSchedule.laplace(timesteps);
    }
  }

  /**
   * {@link NoiseSchedule#ofBetas}.
   *
   * @param betas β of every step, or one for all
   */
  public record Listed(
      @About(value = "Variance of every step, first step first; or one for all.", min = 0, max = 1)
          List<Double> betas)
      implements ScheduleSettings {

    /** Copies the list. {@inheritDoc} */
    public Listed {
      betas = List.copyOf(betas);
    }

    @Override
    public NoiseSchedule create(int timesteps) {
      SettingException.unless(
          betas.size() == 1 || betas.size() == timesteps,
          "{betas}: expected one, or as many as the {timesteps} %d, got %d",
          timesteps,
          betas.size());
      return NoiseSchedule.ofBetas(IntStream.range(0, timesteps)
          .mapToDouble(t -> betas.get(betas.size() == 1 ? 0 : t))
          .toArray());
    }
  }
}
