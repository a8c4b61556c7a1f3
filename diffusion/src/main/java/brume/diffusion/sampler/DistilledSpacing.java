package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import java.util.stream.IntStream;

/**
 * The times at which a consistency model was distilled, or some of them.
 *
 * @param distilled how many times it knows: multiples of T over this, less 1
 * @see <a href="https://arxiv.org/abs/2310.04378">Luo et al., Latent Consistency Models (2023), released
 *     code</a>
 * @see <a href="https://arxiv.org/abs/2303.01469">Song et al., Consistency Models (2023), for processes
 *     whose times have no numbers, as in CMStochasticIterativeScheduler of diffusers</a>
 */
public record DistilledSpacing(int distilled) implements Spacing {

  @Override
  public Levels levels(ForwardProcess q, int steps) {
    if (distilled < 1 || distilled > q.steps() || steps > distilled) {
      throw new IllegalArgumentException(Text.of(
          "distilled: expected from the %d steps up to the %d times of the process, got %d",
          steps, q.steps(), distilled));
    }
    int gap = q.steps() / distilled;
    int[] times = IntStream.range(0, steps)
        .map(i -> {
          // In the order of operations of numpy's linspace: another one is off by one time for
          // some.
          int back = (int) ((steps - 1 - i) * ((double) distilled / steps));
          return (distilled - back) * gap - 1;
        })
        .toArray();
    return Levels.through(q, times);
  }

  /** Every so many of the times, from the one with the most noise. */
  @Override
  public Way levels(ContinuousProcess process, int steps) {
    SettingException.unless(
        steps <= distilled,
        "{sampler.steps}: expected 1 to %d, the times at which the model was distilled, got %d",
        distilled,
        steps);
    double[] all = process.times(distilled);
    int gap = distilled / steps;
    return process.through(IntStream.range(0, steps)
        .mapToDouble(i -> all[distilled - 1 - (steps - 1 - i) * gap])
        .toArray());
  }
}
