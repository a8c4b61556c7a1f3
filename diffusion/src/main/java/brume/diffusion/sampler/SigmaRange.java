package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.tensor.Text;

/**
 * The part of a range of σ/α that a process goes through.
 *
 * @param low least noise for each unit of data
 * @param high most of it
 */
record SigmaRange(double low, double high) {

  /**
   * Narrows a range.
   *
   * @param q the process a network was trained on
   * @param steps how many levels are wanted
   * @param smallest if the process goes down to it
   * @param largest if the process goes up to it
   * @return what is left
   * @throws IllegalArgumentException if so many levels are not to be had
   */
  static SigmaRange of(ForwardProcess q, int steps, double smallest, double largest) {
    if (steps < 1 || steps > q.steps()) {
      throw new IllegalArgumentException(
          Text.of("steps: expected 1 to %d (the schedule's length), got %d", q.steps(), steps));
    }
    Levels all = Levels.all(q);
    int end = q.steps() - 1;
    while (end > 0 && Double.isInfinite(all.at(end).sigma())) {
      end--;
    }
    double high = Math.min(largest, all.at(end).sigma());
    return new SigmaRange(Math.min(Math.max(smallest, all.at(0).sigma()), high), high);
  }

  /**
   * Narrows a range to a continuous process.
   *
   * @param process a network was trained on
   * @param smallest if the process goes down to it
   * @param largest if the process goes up to it
   * @return what is left
   */
  static SigmaRange of(ContinuousProcess process, double smallest, double largest) {
    double high = Math.min(largest, sigma(process, process.end()));
    return new SigmaRange(Math.min(Math.max(smallest, sigma(process, 0)), high), high);
  }

  private static double sigma(ContinuousProcess process, double t) {
    return process.noise(t) / process.signal(t);
  }
}
