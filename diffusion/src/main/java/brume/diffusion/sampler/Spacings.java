package brume.diffusion.sampler;

import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
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
          new Karras(7, 0.002, 80),
          "Levels of noise between the times, closer the less noise there is.",
          "Karras et al. (2022), eq. 5");

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
      return (q, steps) -> {
        int[] times = TimestepSpacing.LEADING.times(q.steps(), steps);
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
   */
  public record Karras(
      @About(value = "How much closer levels lie where there is little noise.", min = 1e-3)
          double rho,
      @About(value = "Least noise for each unit of data, if the process goes down to it.", min = 0)
          double sigmaMin,
      @About(value = "Most noise for each unit of data, if the process goes up to it.", min = 0)
          double sigmaMax)
      implements SpacingSettings {
    @Override
    public Spacing create() {
      SettingException.unless(
          0 < sigmaMin && sigmaMin <= sigmaMax,
          "{sigmaMax}: expected at least the %s of {sigmaMin}, which is above 0, got %s",
          sigmaMin,
          sigmaMax);
      return new KarrasSpacing(rho, sigmaMin, sigmaMax);
    }
  }
}
