package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import java.util.Arrays;
import java.util.List;

/** The ways to choose the levels that a sampler visits, by name. */
public final class Spacings {

  /** All of them. */
  public static final Catalog<SpacingSettings> CATALOG = Catalog.of(
          "spacing", "spacings", SpacingSettings.class)
      .add(
          "uniform",
          new Uniform(),
          "From the last time down in equal steps, rounded down.",
          "denoising-diffusion-pytorch")
      .add("leading", new Leading(0), "Multiples of a step from 0 or an offset.", "diffusers")
      .add("trailing", new Trailing(), "From the last time down, rounded.", "diffusers")
      .add("linspace", new Linspace(), "From 0 to the last time, rounded.", "diffusers")
      .add("strided", new Strided(), "Multiples of a step from 0 as far as they go.", "ddpm-torch")
      .add(
          "quadratic",
          new Quadratic(),
          "Squares of equal steps: most of them near the data.",
          "Song, Meng and Ermon (2020), appendix D; ddpm-torch")
      .add(
          "sections",
          new Sections(List.of(10, 15, 25)),
          "So many of each equal section of the times.",
          "improved-diffusion, timestep_respacing")
      .add(
          "whole-stride",
          new WholeStride(),
          "Every n-th time from 0, where that gives the number of steps.",
          "improved-diffusion, timestep_respacing ddimN")
      .add(
          "karras",
          new Karras(7, 0.002, 80, false),
          "Levels of noise between the times, closer the less noise there is.",
          "Karras et al. (2022), eq. 5")
      .add(
          "exponential",
          new Exponential(0.002, 80, false),
          "Levels of noise between the times, in equal ratios.",
          "k-diffusion; exponential sigmas and Lu's lambdas in diffusers")
      .add(
          "even",
          new Even(),
          "From 0 to the last time in equal steps, not rounded.",
          "diffusers, linspace of the Euler schedulers")
      .add(
          "linspace-open",
          new LinspaceOpen(),
          "From 0 to the last time, rounded, without 0.",
          "diffusers, linspace of the DPM schedulers")
      .add(
          "leading-open",
          new LeadingOpen(0),
          "Multiples of a step, without 0, maybe with an offset.",
          "diffusers, leading of the DPM schedulers")
      .add(
          "shifted",
          new Shifted(1, 0.001),
          "Even times from 1 to a least one, shifted to more noise; of processes without numbers.",
          "Esser et al. (2024), eq. 23; diffusers, flow matching")
      .add(
          "distilled",
          new Distilled(50),
          "Some of the times at which a consistency model was distilled.",
          "Luo et al., Latent Consistency Models (2023)");

  static final String LEAST = "Least noise for each unit of data, if the process goes down to it.";
  static final String MOST = "Most noise for each unit of data, if the process goes up to it.";
  static final String WHOLE = "Tell the network whole times, the nearest to those of the levels.";

  private Spacings() {}

  /** {@link TimestepSpacing#UNIFORM}. */
  public record Uniform() implements SpacingSettings {
    @Override
    public Spacing create() {
      return TimestepSpacing.UNIFORM;
    }
  }

  /**
   * {@link TimestepSpacing#LEADING}.
   *
   * @param offset that is added to all times
   */
  public record Leading(
      @About(value = "What is added to every time.", min = 0, option = "steps-offset") int offset)
      implements SpacingSettings {
    @Override
    public Spacing create() {
      return shifted(TimestepSpacing.LEADING, offset);
    }
  }

  /**
   * {@link TimestepSpacing#LEADING_OPEN}.
   *
   * @param offset that is added to all times
   */
  public record LeadingOpen(
      @About(value = "What is added to every time.", min = 0, option = "steps-offset") int offset)
      implements SpacingSettings {
    @Override
    public Spacing create() {
      return shifted(TimestepSpacing.LEADING_OPEN, offset);
    }
  }

  /**
   * {@link DistilledSpacing}.
   *
   * @param times how many the model was distilled at
   */
  public record Distilled(
      @About(
              value = "How many times the model was distilled at.",
              min = 1,
              option = "distilled-times")
          int times)
      implements SpacingSettings {
    @Override
    public Spacing create() {
      return new DistilledSpacing(times);
    }
  }

  /**
   * {@link ShiftedSpacing}.
   *
   * @param shift of times
   * @param least first time
   */
  public record Shifted(
      @About(
              value = "Shift of the visited times to where there is more noise; 1 for none.",
              min = 1e-3,
              option = "sample-shift")
          double shift,
      @About(
              value = "Least time that is visited, before the shift.",
              min = 1e-9,
              max = 1,
              option = "least-time")
          double least)
      implements SpacingSettings {
    @Override
    public Spacing create() {
      return new ShiftedSpacing(shift, least);
    }
  }

  /** {@link TimestepSpacing#LINSPACE_OPEN}. */
  public record LinspaceOpen() implements SpacingSettings {
    @Override
    public Spacing create() {
      return TimestepSpacing.LINSPACE_OPEN;
    }
  }

  /** Equal steps from 0 to the last time, and between times. */
  public record Even() implements SpacingSettings {
    @Override
    public Spacing create() {
      return (q, steps) -> {
        double gap = steps == 1 ? 0 : (q.steps() - 1.0) / (steps - 1);
        double[] times = new double[steps];
        for (int i = 0; i < steps; i++) {
          times[i] = i == steps - 1 ? q.steps() - 1 : i * gap;
        }
        return Levels.between(q, times);
      };
    }
  }

  private static Spacing shifted(TimestepSpacing plain, int offset) {
    return (q, steps) -> {
      int[] times = plain.times(q.steps(), steps);
      int last = times[steps - 1];
      SettingException.unless(
          last + offset < q.steps(),
          "{offset}: expected at most %d with {sampler.steps} %d of %d times, got %d; take fewer steps",
          q.steps() - 1 - last,
          steps,
          q.steps(),
          offset);
      return Levels.through(q, Arrays.stream(times).map(t -> t + offset).toArray());
    };
  }

  /** {@link TimestepSpacing#TRAILING}. */
  public record Trailing() implements SpacingSettings {
    @Override
    public Spacing create() {
      return TimestepSpacing.TRAILING;
    }
  }

  /** {@link TimestepSpacing#LINSPACE}. */
  public record Linspace() implements SpacingSettings {
    @Override
    public Spacing create() {
      return TimestepSpacing.LINSPACE;
    }
  }

  /** {@link TimestepSpacing#STRIDED}. */
  public record Strided() implements SpacingSettings {
    @Override
    public Spacing create() {
      return TimestepSpacing.STRIDED;
    }
  }

  /** {@link TimestepSpacing#QUADRATIC}. */
  public record Quadratic() implements SpacingSettings {
    @Override
    public Spacing create() {
      return TimestepSpacing.QUADRATIC;
    }
  }

  /** {@link TimestepSpacing#WHOLE_STRIDE}. */
  public record WholeStride() implements SpacingSettings {
    @Override
    public Spacing create() {
      return TimestepSpacing.WHOLE_STRIDE;
    }
  }

  /**
   * {@link SectionSpacing}.
   *
   * @param counts how many times of each section
   */
  public record Sections(
      @About(value = "How many times of each section; their sum is the steps.", min = 1)
          List<Integer> counts)
      implements SpacingSettings {

    /** Copies the list. {@inheritDoc} */
    public Sections {
      counts = List.copyOf(counts);
    }

    @Override
    public Spacing create() {
      SectionSpacing sections = new SectionSpacing(counts);
      return (q, steps) -> {
        int sum = counts.stream().mapToInt(Integer::intValue).sum();
        SettingException.unless(
            sum == steps,
            "{counts}: expected numbers whose sum is the %d of {sampler.steps}, got %s",
            steps,
            counts);
        return sections.levels(q, steps);
      };
    }
  }

  /**
   * {@link KarrasSpacing}.
   *
   * @param rho ρ
   * @param sigmaMin noise for each unit of data at the last step
   * @param sigmaMax noise for each unit of data at the first step
   * @param wholeTimes whether the network is told rounded times
   */
  public record Karras(
      @About(value = "How much closer levels lie where there is little noise.", min = 1e-3)
          double rho,
      @About(value = LEAST, min = 0) double sigmaMin,
      @About(value = MOST, min = 0) double sigmaMax,
      @About(WHOLE) boolean wholeTimes)
      implements SpacingSettings {
    @Override
    public Spacing create() {
      requireRange(sigmaMin, sigmaMax);
      return rounded(wholeTimes, new KarrasSpacing(rho, sigmaMin, sigmaMax));
    }
  }

  /**
   * {@link ExponentialSpacing}.
   *
   * @param sigmaMin noise for each unit of data at the last step
   * @param sigmaMax noise for each unit of data at the first step
   * @param wholeTimes whether the network is told rounded times
   */
  public record Exponential(
      @About(value = LEAST, min = 0) double sigmaMin,
      @About(value = MOST, min = 0) double sigmaMax,
      @About(WHOLE) boolean wholeTimes)
      implements SpacingSettings {
    @Override
    public Spacing create() {
      requireRange(sigmaMin, sigmaMax);
      return rounded(wholeTimes, new ExponentialSpacing(sigmaMin, sigmaMax));
    }
  }

  private static void requireRange(double sigmaMin, double sigmaMax) {
    SettingException.unless(
        0 < sigmaMin && sigmaMin <= sigmaMax,
        "{sigmaMax}: expected at least the %s of {sigmaMin}, which is above 0, got %s",
        sigmaMin,
        sigmaMax);
  }

  private static Spacing rounded(boolean wholeTimes, Spacing exact) {
    return wholeTimes ? new Whole(exact) : exact;
  }

  /** The same levels, of which the network is told the nearest whole times. */
  private record Whole(Spacing exact) implements Spacing {
    @Override
    public Levels levels(ForwardProcess q, int steps) {
      return exact.levels(q, steps).withWholeTimes();
    }

    @Override
    public Way levels(ContinuousProcess process, int steps) {
      throw new SettingException(
          "{wholeTimes}: expected off with a {process} whose times have no numbers, got on");
    }
  }
}
