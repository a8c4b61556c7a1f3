package brume.diffusion.objective;

import java.util.List;

/**
 * What the samples of a batch have lost, for objectives that draw times by it.
 *
 * @param times (N)
 * @param losses (N) of each sample, not weighted by how likely its time was
 */
public record LossesSeen(List<Integer> times, List<Double> losses) {

  /** Copies the lists. {@inheritDoc} */
  public LossesSeen {
    times = List.copyOf(times);
    losses = List.copyOf(losses);
  }
}
