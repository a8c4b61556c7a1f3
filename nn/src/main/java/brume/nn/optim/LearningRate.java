package brume.nn.optim;

import static brume.nn.ConfigException.unless;

import java.util.Arrays;
import java.util.List;

/**
 * The size of each step, a function of its number. Where diffusers has a schedule of the same name, the
 * formula is that of its {@code get_scheduler}, with {@link #afterWarmup} for its warm-up.
 */
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
   * A straight line down to zero, and zero afterwards.
   *
   * @param rate of step 0
   * @param steps until zero
   * @return the schedule
   */
  static LearningRate linear(double rate, long steps) {
    return polynomial(rate, 0, 1, steps);
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
    requirePositive(steps);
    return step -> low + (high - low) * (1 + Math.cos(Math.PI * step / steps)) / 2;
  }

  /**
   * Half cosine waves down, one after the other, each of which begins at the full rate; the lowest rate
   * afterwards.
   *
   * @param high rate of step 0 and of every restart
   * @param low rate that each wave approaches
   * @param cycles number of waves
   * @param steps of all waves together
   * @return the schedule
   * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter, SGDR (2016), eq. 5</a>
   */
  static LearningRate cosineWithRestarts(double high, double low, int cycles, long steps) {
    requirePositive(steps);
    unless(cycles >= 1, "learning rate: expected 1 cycle or more, got %d", cycles);
    return step -> {
      double turn = step >= steps ? 1 : (double) cycles * step / steps % 1;
      return low + (high - low) * (1 + Math.cos(Math.PI * turn)) / 2;
    };
  }

  /**
   * A power of what is left of the steps, and the last rate afterwards.
   *
   * <pre>
   *   end + (rate − end)·(1 − step/steps)^power
   * </pre>
   *
   * @param rate of step 0
   * @param end rate of step {@code steps} and later
   * @param power 1 for a straight line
   * @param steps from the first rate to the last
   * @return the schedule
   */
  static LearningRate polynomial(double rate, double end, double power, long steps) {
    requirePositive(steps);
    unless(power > 0, "learning rate: expected a power above 0, got %s", power);
    return step ->
        step >= steps ? end : end + (rate - end) * Math.pow(1 - (double) step / steps, power);
  }

  /**
   * Some steps of a schedule of pieces.
   *
   * @param until number of the first step after them
   * @param factor of the rate
   */
  record Piece(long until, double factor) {}

  /**
   * A factor for each of some pieces.
   *
   * @param rate that the factors multiply
   * @param pieces one after the other
   * @param last factor after all pieces
   * @return the schedule
   */
  static LearningRate piecewiseConstant(double rate, List<Piece> pieces, double last) {
    List<Piece> copy = List.copyOf(pieces);
    for (int i = 1; i < copy.size(); i++) {
      unless(
          copy.get(i - 1).until() < copy.get(i).until(),
          "learning rate: expected pieces that end one after the other, got %d before %d",
          copy.get(i - 1).until(),
          copy.get(i).until());
    }
    return step -> rate
        * copy.stream()
            .filter(piece -> step < piece.until())
            .mapToDouble(Piece::factor)
            .findFirst()
            .orElse(last);
  }

  /**
   * The full rate at first, then one over the root of the number of the step:
   *
   * <pre>
   *   rate / √max(step/steps, 1)
   * </pre>
   *
   * @param rate of the first steps
   * @param steps how many keep the full rate
   * @return the schedule
   * @see <a href="https://arxiv.org/abs/2312.02696">Karras et al., Analyzing and Improving the Training
   *     Dynamics of Diffusion Models (2023), eq. 67</a>
   */
  static LearningRate inverseSquareRoot(double rate, long steps) {
    requirePositive(steps);
    return step -> rate / Math.sqrt(Math.max((double) step / steps, 1));
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
   * This schedule, growing linearly to its full size during the first steps, as in ddpm-torch.
   *
   * @param steps how many; the last of them has the full rate; 0 changes nothing
   * @return the schedule
   */
  default LearningRate withWarmup(long steps) {
    return steps == 0 ? this : step -> at(step) * Math.min((step + 1.0) / steps, 1);
  }

  /**
   * A line from zero to this schedule's first rate, then this schedule from its beginning, as in
   * diffusers.
   *
   * @param steps how many come before; the first of them has the rate 0; 0 changes nothing
   * @return the schedule
   */
  default LearningRate afterWarmup(long steps) {
    return steps == 0 ? this : step -> step < steps ? at(0) * step / steps : at(step - steps);
  }

  private static void requirePositive(long steps) {
    unless(steps >= 1, "learning rate: expected 1 step or more, got %d", steps);
  }
}
