package brume.diffusion.optimize;

import brume.nn.optim.LearningRate;

/** Settings of how the learning rate changes: a kind of {@link Rates}. */
public interface RateSettings {

  /**
   * The rate of every step.
   *
   * @param steps of the run
   * @return the schedule, warm-up included
   * @throws IllegalArgumentException if numbers do not fit together
   */
  LearningRate create(long steps);

  /**
   * Steps until the rate has its full size.
   *
   * @return 0 for none
   */
  int warmup();

  /**
   * The same with another warm-up, as a short run needs it.
   *
   * @param steps until the rate has its full size
   * @return the settings
   */
  RateSettings withWarmup(int steps);
}
