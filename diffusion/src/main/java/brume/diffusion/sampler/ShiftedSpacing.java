package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import brume.diffusion.settings.SettingException;

/**
 * Even times from 1 down to a least one, shifted to where there is more noise, of a process whose times
 * are from 0 to 1.
 *
 * <pre>
 *   t = least + i/(S − 1)·(1 − least),   t' = shift·t/(1 + (shift − 1)·t),   i = 0, ..., S − 1
 * </pre>
 *
 * @param shift 1 for none
 * @param least first time, above 0
 * @see <a href="https://arxiv.org/abs/2403.03206">Esser et al. (2024), eq. 23, as diffusers visits times
 *     in FlowMatchEulerDiscreteScheduler</a>
 */
public record ShiftedSpacing(double shift, double least) implements Spacing {

  @Override
  public Levels levels(ForwardProcess q, int steps) {
    throw new SettingException(
        "{spacing}: expected one of numbered times, such as trailing, with {process} discrete, got shifted");
  }

  @Override
  public Way levels(ContinuousProcess process, int steps) {
    SettingException.unless(
        process.end() == 1,
        "{spacing}: expected uniform or karras with a {process} whose times end at %s, got shifted, which"
            + " takes times from 0 to 1",
        process.end());
    double[] times = new double[steps];
    for (int i = 0; i < steps; i++) {
      double t = steps == 1 ? 1 : least + i * (1 - least) / (steps - 1);
      times[i] = shift * t / (1 + (shift - 1) * t);
    }
    return process.through(times);
  }
}
