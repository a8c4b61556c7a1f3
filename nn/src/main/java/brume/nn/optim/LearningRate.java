package brume.nn.optim;

import java.util.Arrays;

/** The size of each step, a function of its number. */
@FunctionalInterface
public interface LearningRate {

  /**
   * The rate of one step.
   *
   * @param step its number, 0 for the first
   * @return the rate
   */
  double at(long step);

  /**
   * The same rate throughout.
   *
   * @param rate the rate
   * @return the schedule
   */
  static LearningRate constant(double rate) {
    return step -> rate;
  }

  /**
   * Half a cosine wave down, half up again, and so on.
   *
   * @param high rate of step 0
   * @param low rate of step {@code steps}
   * @param steps from high to low
   * @return the schedule
   * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, SGDR (2016), eq. 5</a>
   */
  static LearningRate cosine(double high, double low, long steps) {
    return step -> low + (high - low) * (1 + Math.cos(Math.PI * step / steps)) / 2;
  }

  /**
   * The same factor from step to step.
   *
   * @param rate of step 0
   * @param factor of each step
   * @return the schedule
   */
  static LearningRate exponential(double rate, double factor) {
    return step -> rate * Math.pow(factor, step);
  }

  /**
   * A factor at each of some steps.
   *
   * @param rate of step 0
   * @param factor applied once more from each milestone on
   * @param milestones numbers of steps
   * @return the schedule
   */
  static LearningRate multiStep(double rate, double factor, long... milestones) {
    long[] copy = milestones.clone();
    return step ->
        rate * Math.pow(factor, Arrays.stream(copy).filter(m -> m <= step).count());
  }

  /**
   * This schedule, growing linearly to its full size during the first steps.
   *
   * @param steps how many; the last of them has the full rate; 0 changes nothing
   * @return the schedule
   */
  default LearningRate withWarmup(long steps) {
    return steps == 0 ? this : step -> at(step) * Math.min((step + 1.0) / steps, 1);
  }
}
