package brume.nn;

import brume.autograd.Variable;
import java.util.Optional;

/** What tells noise from data: a {@link Network}, a wrapper of one, or in tests a formula. */
@FunctionalInterface
public interface Denoiser {

  /**
   * Looks at noisy data.
   *
   * @param query the data, their times, and what is known besides
   * @return (N, ..., C) the prediction; (N, ..., 2C) if the variance is learned, prediction first
   * @throws IllegalArgumentException if the data do not fit, or a condition is given that this
   *     denoiser does not look at
   */
  Variable predict(Query query);

  /**
   * Whether an earlier estimate of the data is looked at (Chen et al., 2022: Analog Bits).
   *
   * @return true if {@link Condition#former} may be there
   */
  default boolean isSelfConditioned() {
    return false;
  }

  /**
   * By what classes are told: a vector for each sample, in which samples that look alike lie near each other.
   *
   * @param query the data and their times
   * @return (N, F); empty if this denoiser has no such vector
   * @throws IllegalArgumentException if the data do not fit
   */
  default Optional<Variable> features(Query query) {
    return Optional.empty();
  }

  /**
   * What stands behind wrappers, for objectives that ask a network for more than noise.
   *
   * @return this one, unless it wraps another
   */
  default Denoiser innermost() {
    return this;
  }
}
