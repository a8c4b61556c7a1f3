package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Steps of any length with as much noise as wanted: none for η = 0, as much as DDPM for η = 1.
 *
 * <pre>
 *   x₋ = √ᾱ₋·x_0 + √(1 − ᾱ₋ − σ²)·ε + σ·z,   σ = η·√((1 − ᾱ₋)/(1 − ᾱ)·(1 − ᾱ/ᾱ₋))
 * </pre>
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
      int landing = stride == Stride.EQUAL ? times[k] - gap : k == 0 ? -1 : times[k - 1];
      double atEnd = end == End.DATA ? 1 : schedule.alphaBar(0);
      before[k] = landing < 0 ? atEnd : schedule.alphaBar(landing);
    }
    return new Levels(
        q.withSchedule(schedule.respaced(times, before)),
        Arrays.stream(times).asDoubleStream().toArray());
  }

  @Override
  public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
    NoiseSchedule schedule = now.level().q().schedule();
    int k = now.level().k();
    double before = schedule.alphaBarBefore(k), sigma = sigma(schedule, k);
    double direction = Math.sqrt(Math.max(1 - before - sigma * sigma, 0));
    Variable next = Mix.mix(Math.sqrt(before), now.x0(), direction, noise.of(now));
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
    double after = now.level().q().schedule().alphaBarAfter(now.level().k());
    return Mix.mix(Math.sqrt(after), now.x0(), Math.sqrt(1 - after), now.epsilon());
  }

  private double sigma(NoiseSchedule schedule, int t) {
    double before = schedule.alphaBarBefore(t), now = schedule.alphaBar(t);
    return eta * Math.sqrt((1 - before) / (1 - now) * (1 - now / before));
  }
}
