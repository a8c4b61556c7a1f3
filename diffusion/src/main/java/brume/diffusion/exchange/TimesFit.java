package brume.diffusion.exchange;

import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.SpacingSettings;
import brume.diffusion.sampler.Spacings;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The spacing of diffusers that visits the times a recipe's sampler does.
 *
 * @param spacing its name
 * @param offset of leading times
 * @param count how many are visited
 * @param exact whether they are the same; if there is no such spacing, the fit is {@code leading}
 */
record TimesFit(String spacing, int offset, int count, boolean exact) {

  static TimesFit of(Recipe recipe, ReverseProcess process) {
    ForwardProcess q = process.q();
    double[] times = times(recipe.sampler().create(process).levels());
    int first = (int) times[0];
    if (sameTimes(q, times, new Spacings.Leading(0), first)) {
      return new TimesFit("leading", first, times.length, true);
    }
    if (sameTimes(q, times, new Spacings.Trailing(), 0)) {
      return new TimesFit("trailing", 0, times.length, true);
    }
    boolean exact = sameTimes(q, times, new Spacings.Linspace(), 0);
    return new TimesFit(exact ? "linspace" : "leading", 0, times.length, exact);
  }

  private static boolean sameTimes(
      ForwardProcess q, double[] times, SpacingSettings spacing, int offset) {
    double[] theirs = times(spacing.create().levels(q, times.length));
    return Arrays.equals(times, Arrays.stream(theirs).map(time -> time + offset).toArray());
  }

  private static double[] times(Way levels) {
    return IntStream.range(0, levels.count())
        .mapToDouble(k -> levels.at(k).time())
        .toArray();
  }
}
