package brume.diffusion.process;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * The schedules users choose by name, each with the settings its authors recommend: 10⁻⁴ and 0.02 are
 * those of Ho et al. (2020), section 4.
 */
public enum ScheduleName {
  /** {@link NoiseSchedule#linear(int)}. */
  LINEAR(NoiseSchedule::linear),
  /** {@link NoiseSchedule#cosine(int)}. */
  COSINE(NoiseSchedule::cosine),
  /** {@link NoiseSchedule#sigmoid(int)}. */
  SIGMOID(NoiseSchedule::sigmoid),
  /** {@link NoiseSchedule#scaledLinear} from 10⁻⁴ to 0.02. */
  QUADRATIC(steps -> NoiseSchedule.scaledLinear(steps, 1e-4, 0.02)),
  /** {@link NoiseSchedule#constant} 0.02. */
  CONSTANT(steps -> NoiseSchedule.constant(steps, 0.02)),
  /** {@link NoiseSchedule#warmup} from 10⁻⁴ to 0.02 in a tenth of the steps. */
  WARMUP10(steps -> NoiseSchedule.warmup(steps, 1e-4, 0.02, 0.1)),
  /** {@link NoiseSchedule#warmup} from 10⁻⁴ to 0.02 in half of the steps. */
  WARMUP50(steps -> NoiseSchedule.warmup(steps, 1e-4, 0.02, 0.5)),
  /** {@link NoiseSchedule#harmonic}. */
  HARMONIC(NoiseSchedule::harmonic);

  private final IntFunction<NoiseSchedule> schedule;

  ScheduleName(IntFunction<NoiseSchedule> schedule) {
    this.schedule = schedule;
  }

  /**
   * The schedule of a length.
   *
   * @param steps T
   * @return the schedule
   * @throws IllegalArgumentException if it does not exist for so few steps
   */
  public NoiseSchedule of(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "schedule %s: expected at least 1 step, got %d".formatted(this, steps));
    }
    return schedule.apply(steps);
  }

  /**
   * Finds a schedule.
   *
   * @param name as printed, in any case
   * @return its constant
   * @throws IllegalArgumentException if there is none of that name
   */
  public static ScheduleName named(String name) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.toString().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("schedule: expected one of %s, got %s"
            .formatted(
                Arrays.stream(values())
                    .map(ScheduleName::toString)
                    .collect(Collectors.joining(", ")),
                name)));
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
