package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.ReverseProcess;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Draws every step from p(x_{t−1} | x_t).
 *
 * <pre>
 *   x_{t−1} = μ(x_t, x_0) + σ·z            no noise in the last step as a rule
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), algorithm 2</a>
 */
public final class DdpmSampler extends Sampler {

  private final LastNoise lastNoise;

  /**
   * A sampler with steps of its own.
   *
   * @param process the trained one, with a schedule of only the steps to take
   * @param lastNoise which steps add noise
   * @param times what the network is told at each of them, ascending
   */
  public DdpmSampler(ReverseProcess process, LastNoise lastNoise, int... times) {
    super(process, times);
    this.lastNoise = lastNoise;
  }

  /** Which steps add noise; the two differ where a sampler ends before time 0. */
  public enum LastNoise {
    /** All but the last. */
    BEFORE_LAST_STEP {
      @Override
      boolean isIn(int k, int time) {
        return k > 0;
      }
    },
    /** All but one from time 0 of the network: a last step from a later time ends in noise. */
    BEFORE_TIME_ZERO {
      @Override
      boolean isIn(int k, int time) {
        return time > 0;
      }
    };

    abstract boolean isIn(int k, int time);
  }

  /**
   * The sampler that visits all times.
   *
   * @param process trained
   * @return the sampler
   */
  public static DdpmSampler of(ReverseProcess process) {
    int[] all = IntStream.range(0, process.q().steps()).toArray();
    return new DdpmSampler(process, LastNoise.BEFORE_LAST_STEP, all);
  }

  /**
   * The sampler that visits some times.
   *
   * @param process trained
   * @param times ascending times of the process
   * @return the sampler
   */
  public static DdpmSampler through(ReverseProcess process, int... times) {
    return new DdpmSampler(process.respaced(times), LastNoise.BEFORE_LAST_STEP, times);
  }

  @Override
  public Variable step(Variable xt, int[] k, Variable output, Variable x0, Supplier<Variable> z) {
    Variable mean = process().mean(x0, xt, k, output);
    IntPredicate noisy = t -> lastNoise.isIn(t, time(t));
    return Arrays.stream(k).noneMatch(noisy)
        ? mean
        : process().variance().perturb(process().q(), k, mean, output, z.get(), noisy);
  }
}
