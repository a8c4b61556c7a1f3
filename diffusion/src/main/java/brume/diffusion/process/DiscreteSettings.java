package brume.diffusion.process;

import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import java.util.function.DoubleUnaryOperator;

/**
 * A process of T steps, each of which adds some noise.
 *
 * @param timesteps T
 * @param schedule of the noise
 * @param zeroTerminalSnr whether the schedule is changed so that nothing is left of the data at the end
 * @param predict what the network's output means
 * @param variance of one step back
 * @param rescaleTimes whether the network is told times of a process of 1000 steps
 */
public record DiscreteSettings(
    @About(value = "Steps of the diffusion process.", min = 2, max = 1_000_000) int timesteps,
    @About("Noise schedule.") ScheduleSettings schedule,
    @About("Change the schedule so that nothing is left of the data at the last step.")
        boolean zeroTerminalSnr,
    @About(
            "What the network predicts: the noise, the data, their mixture v, the mean of a step, or both the"
                + " noise and the data and how much either counts.")
        Prediction predict,
    @About("Variance of one step back: that for data of a single point (small), for data like noise"
            + " (large, or forward where the first step has it, too), or learned.")
        ReverseVariance variance,
    @About("Tell the network times as if there were 1000 steps.") boolean rescaleTimes)
    implements ProcessSettings {

  private static final double USUAL_STEPS = 1000; // of improved-diffusion's rescale_timesteps

  /**
   * The usual process of a schedule.
   *
   * @param timesteps T
   * @param schedule of the noise
   * @param predict what the network's output means
   * @return with small fixed variances
   */
  public static DiscreteSettings of(int timesteps, ScheduleSettings schedule, Prediction predict) {
    return new DiscreteSettings(
        timesteps, schedule, false, predict, ReverseVariance.FIXED_SMALL, false);
  }

  @Override
  public ReverseProcess create(Clipping clipping) {
    SettingException.unless(
        predict != Prediction.BOTH || !variance.isLearned(),
        "{variance}: expected a fixed one with {predict} both, got a learned one");
    NoiseSchedule plain = schedule.create(timesteps);
    NoiseSchedule noise = zeroTerminalSnr ? plain.withZeroTerminalSnr() : plain;
    return new ReverseProcess(new ForwardProcess(noise), predict, variance, clipping);
  }

  @Override
  public DoubleUnaryOperator clock() {
    return rescaleTimes ? t -> t * (USUAL_STEPS / timesteps) : t -> t;
  }
}
