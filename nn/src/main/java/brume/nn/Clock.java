package brume.nn;

import brume.autograd.Variable;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * A denoiser with a clock of its own.
 *
 * @param original is told clock(t) instead of t
 * @param clock from the times of the process to those the denoiser was made for
 */
public record Clock(Denoiser original, DoubleUnaryOperator clock) implements Denoiser {

  private static final double USUAL = 1000; // steps of Ho et al. (2020)

  /**
   * A denoiser that is told the times of a process of 1000 steps, whatever the length of its own.
   *
   * @param original is told 1000·t/T instead of t
   * @param steps T
   * @return the denoiser with rescaled times (Nichol and Dhariwal, 2021)
   */
  public static Clock rescaled(Denoiser original, int steps) {
    return new Clock(original, t -> t * (USUAL / steps));
  }

  @Override
  public Variable predict(Query query) {
    return original.predict(inOwnTime(query));
  }

  @Override
  public Optional<Variable> features(Query query) {
    return original.features(inOwnTime(query));
  }

  private Query inOwnTime(Query query) {
    return query.withClock(clock);
  }

  @Override
  public boolean isSelfConditioned() {
    return original.isSelfConditioned();
  }
}
