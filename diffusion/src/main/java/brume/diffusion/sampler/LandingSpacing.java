package brume.diffusion.sampler;

import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A spacing from whose levels steps lead to other places.
 *
 * @param visited the levels
 * @param stride how far a step leads
 * @param end where the last one leads
 */
record LandingSpacing(Spacing visited, Stride stride, End end) implements Spacing {

  /** The same levels, with ᾱ₋ of those places. Levels between times have no equal stride. */
  @Override
  public Levels levels(ForwardProcess q, int steps) {
    Levels levels = visited.levels(q, steps);
    if (stride == Stride.EQUAL) {
      return equallyFar(q, levels, steps, end);
    }
    return end == End.DATA ? levels : endingAtFirst(q, levels);
  }

  @Override
  public Way levels(ContinuousProcess process, int steps) {
    SettingException.unless(
        stride == Stride.LEVEL && end == End.DATA,
        "{stride}: expected level, and {end} data, with a process whose times have no numbers, got another");
    return visited.levels(process, steps);
  }

  /** The last step leads to the first time of the process, or to less noise if there was less before. */
  private static Levels endingAtFirst(ForwardProcess q, Levels visited) {
    NoiseSchedule own = visited.q().schedule();
    int[] rows = IntStream.range(0, visited.count()).toArray();
    double[] before = Arrays.stream(rows).mapToDouble(own::alphaBarBefore).toArray();
    before[0] = Math.max(own.alphaBar(0), q.schedule().alphaBar(0));
    return new Levels(
        visited.q().withSchedule(own.respaced(rows, before)),
        Arrays.stream(rows).mapToDouble(visited::time).toArray());
  }

  /** The same levels, each with what a step as long as all others leads to. */
  private static Levels equallyFar(ForwardProcess q, Levels visited, int steps, End end) {
    NoiseSchedule schedule = q.schedule();
    int gap = q.steps() / steps;
    int[] times = new int[visited.count()];
    double[] before = new double[times.length];
    for (int k = 0; k < times.length; k++) {
      times[k] = (int) visited.time(k);
      if (times[k] != visited.time(k)) {
        throw new IllegalArgumentException(Text.of(
            "expected a spacing that visits times of the process, got one that visits %s",
            visited.time(k)));
      }
      int landing = times[k] - gap;
      double atEnd = end == End.DATA ? 1 : schedule.alphaBar(0);
      before[k] = landing < 0 ? atEnd : schedule.alphaBar(landing);
    }
    return new Levels(
        q.withSchedule(schedule.respaced(times, before)),
        Arrays.stream(times).asDoubleStream().toArray());
  }
}
