package brume.diffusion.process;

import brume.diffusion.settings.About;

/**
 * {@link StraightProcess}.
 *
 * @param shift of times to where there is more noise
 * @param flowTimes which of them training looks at
 */
public record FlowSettings(
    @About(
            value = "Shift of times to where there is more noise; 1 for none.",
            min = 1e-3,
            option = "flow-shift")
        double shift,
    @About("Times that training looks at.") FlowTimesSettings flowTimes)
    implements ProcessSettings {

  @Override
  public TrainedProcess create(Clipping clipping) {
    return new StraightProcess(shift, flowTimes.create(), clipping);
  }
}
