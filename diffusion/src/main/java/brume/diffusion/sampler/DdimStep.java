package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.Way;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Steps of any length with as much noise as wanted: none for η = 0, as much as DDPM for η = 1.
 *
 * <pre>
 *   x₋ = s₋·x_0 + √(n₋² − σ²)·ε + σ·z,   σ = η·n₋·√(1 − (s·n₋/(s₋·n))²)
 * </pre>
 *
 * <p>In the paper s² = ᾱ and n² = 1 − ᾱ; other mixtures of data and noise do as well.
 *
 * @param eta η, 0 for no noise
 * @param noise which ε is used
 * @see <a href="https://arxiv.org/abs/2010.02502">Song, Meng and Ermon, Denoising Diffusion Implicit
 *     Models (2020), eq. 12 and 16</a>
 */
public record DdimStep(double eta, NoiseEstimate noise) implements Step {

  /** How far a step leads; the two differ where levels do not lie equally far apart. */
  public enum Stride {
    /** To the next level that is visited. */
    LEVEL,
    /** T/S times back, rounded down, whatever is visited next. */
    EQUAL
  }

  /** Where the last step leads. */
  public enum End {
    /** To data. */
    DATA,
    /** To the first time of the process, with the little noise that is left there. */
    FIRST_TIME
  }

  /** Refuses negative noise. {@inheritDoc} */
  public DdimStep {
    if (!(eta >= 0)) {
      throw new IllegalArgumentException("eta: expected 0 or more, got " + eta);
    }
  }

  /**
   * The step that derives the noise from the clipped estimate.
   *
   * @param eta η, 0 for no noise
   * @return the step
   */
  public static DdimStep of(double eta) {
    return new DdimStep(eta, NoiseEstimate.FROM_X0);
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

  /**
   * Levels with other places where steps from them lead.
   *
   * @param q what a network was trained on
   * @param visited levels at times of it
   * @param steps S, of which an equal stride is T/S
   * @param stride how far a step leads
   * @param end where the last one leads
   * @return the same levels, with ᾱ₋ of those places
   * @throws IllegalArgumentException if other places are asked of levels between times
   */
  static Levels landing(ForwardProcess q, Levels visited, int steps, Stride stride, End end) {
    if (stride == Stride.LEVEL && end == End.DATA) {
      return visited;
    }
    if (stride == Stride.LEVEL) {
      return endingAtFirst(q, visited);
    }
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

  /** A spacing from whose levels steps lead to other places. */
  record Landing(Spacing visited, Stride stride, End end) implements Spacing {
    @Override
    public Levels levels(ForwardProcess q, int steps) {
      return landing(q, visited.levels(q, steps), steps, stride, end);
    }

    @Override
    public Way levels(ContinuousProcess process, int steps) {
      SettingException.unless(
          stride == Stride.LEVEL && end == End.DATA,
          "{stride}: expected level, and {end} data, with a process whose times have no numbers, got another");
      return visited.levels(process, steps);
    }
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    Level level = now.level(), before = level.before();
    double sigma = sigma(level, before), noise = before.noise();
    double direction = sigma == 0 ? noise : Math.sqrt(Math.max(noise * noise - sigma * sigma, 0));
    Variable next = Mix.mix(before.signal(), now.x0(), direction, this.noise.of(now));
    return sigma == 0 ? next : add(next, Mix.scaled(sigma, z.get()));
  }

  /**
   * One step the other way, from data to noise: the inverse of {@link #next} for η = 0 in the limit
   * of many steps.
   *
   * @param now what is known at the level the samples are at
   * @return (N, ..., C) samples at the level after; pure noise after the last level
   */
  public Variable toNoise(Estimate now) {
    Level after = now.level().after();
    return Mix.mix(after.signal(), now.x0(), after.noise(), now.epsilon());
  }

  private double sigma(Level now, Level before) {
    double left = now.signal() * before.noise() / (before.signal() * now.noise());
    return eta * before.noise() * Math.sqrt(Math.max(1 - left * left, 0));
  }
}
