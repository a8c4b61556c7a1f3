package brume.diffusion.objective;

import java.util.Locale;
import java.util.function.IntFunction;

/** The ways to draw times in training, by name. */
public enum TimestepSamplingName {
  /** {@link TimestepSampling#uniform}. */
  UNIFORM(TimestepSampling::uniform),
  /** {@link LossSecondMoment}. */
  LOSS(LossSecondMoment::new);

  private final IntFunction<TimestepSampling> sampling;

  TimestepSamplingName(IntFunction<TimestepSampling> sampling) {
    this.sampling = sampling;
  }

  /**
   * The sampling of a process.
   *
   * @param steps T
   * @return with nothing learned yet
   */
  public TimestepSampling of(int steps) {
    return sampling.apply(steps);
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
