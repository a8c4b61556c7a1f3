package brume.diffusion.optimize;

import brume.nn.optim.LearningRate;

/** Settings of how the learning rate changes: a kind of {@link Rates}. */
public interface RateSettings {

  /**
   * The rate of every step as it is without a warm-up.
   *
   * @param steps of the run
   * @return the schedule
   * @throws IllegalArgumentException if numbers do not fit together
   */
  LearningRate full(long steps);

  /**
   * Steps until the rate has its full size.
   *
   * @return 0 for none
   */
  int warmup();

  /**
   * The rate of every step.
   *
   * @param steps of the run
   * @return the schedule, warm-up included
   * @throws IllegalArgumentException if numbers do not fit together
   */
  default LearningRate create(long steps) {
    return full(steps).withWarmup(warmup());
  }
}
