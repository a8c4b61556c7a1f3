package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.ReverseProcess;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Draws every step from p(x_{t−1} | x_t).
 *
 * <pre>
 *   x_{t−1} = μ(x_t, x_0) + σ·z            no noise in the last step
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), algorithm 2</a>
 */
public final class DdpmSampler extends Sampler {

  /**
   * A sampler with steps of its own.
   *
   * @param process the trained one, with a schedule of only the steps to take
   * @param times what the network is told at each of them, ascending
   */
  public DdpmSampler(ReverseProcess process, int... times) {
    super(process, times);
  }

  /**
   * The sampler that visits all times.
   *
   * @param process trained
   * @return the sampler
   */
  public static DdpmSampler of(ReverseProcess process) {
    return new DdpmSampler(process, IntStream.range(0, process.q().steps()).toArray());
  }

  /**
   * The sampler that visits some times.
   *
   * @param process trained
   * @param times ascending times of the process
   * @return the sampler
   */
  public static DdpmSampler through(ReverseProcess process, int... times) {
    return new DdpmSampler(process.respaced(times), times);
  }

  @Override
  public Variable step(Variable xt, int[] k, Variable output, Variable x0, Supplier<Variable> z) {
    Variable mean = process().mean(x0, xt, k, output);
    return Arrays.stream(k).allMatch(t -> t == 0)
        ? mean
        : process().variance().perturb(process().q(), k, mean, output, z.get());
  }
}
