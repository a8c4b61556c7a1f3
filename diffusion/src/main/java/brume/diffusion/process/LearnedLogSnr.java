package brume.diffusion.process;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Divide.divide;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Monotone;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A fall of the signal-to-noise ratio that is learned with the network. Its ends are fixed; between them a
 * monotone network g tells how fast it falls.
 *
 * <pre>
 *   log(s²/n²) = first + (last − first)·(g(t) − g(0))/(g(1) − g(0))
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2107.00630">Kingma et al., Variational Diffusion Models (2021),
 *     appendix H</a>
 */
public final class LearnedLogSnr implements LogSnr {

  private static final LogSnr ENDS = new LogSnrs.Linear().create();
  private static final double FIRST = ENDS.at(0), LAST = ENDS.at(1);

  private final Device device;
  private final Monotone network;
  private final double share;

  /**
   * Creates the network.
   *
   * @param at place of its parameters
   * @param hidden how many sigmoids it has
   * @param share of the gradient that reaches it
   */
  public LearnedLogSnr(Parameters at, int hidden, double share) {
    this.device = at.device();
    this.network = new Monotone(at, hidden);
    this.share = share;
  }

  /** A straight line between the ends, in place of what nobody has learned yet. */
  static LogSnr line() {
    return t -> FIRST + t * (LAST - FIRST);
  }

  @Override
  public double at(double t) {
    double zero = network.forward(0), one = network.forward(1);
    return FIRST + (LAST - FIRST) * ((network.forward(t) - zero) / (one - zero));
  }

  @Override
  public Optional<Variable> learned(double[] times) {
    int n = times.length;
    double[] withEnds = Arrays.copyOf(times, n + 2); // behind them 0 and 1
    withEnds[n + 1] = 1;
    Variable y =
        network.forward(Variable.constant(Tensor.of(device, Shape.of(n + 2, 1), withEnds)));
    Variable zero = slice(y, 0, n, n + 1), one = slice(y, 0, n + 1, n + 2);
    Variable fallen = divide(subtract(slice(y, 0, 0, n), zero), subtract(one, zero));
    Variable logSnr = reshape(affine(fallen, LAST - FIRST, FIRST), Shape.of(n));
    if (share == 1) {
      return Optional.of(logSnr);
    }
    Variable fixed = Variable.constant(logSnr.value());
    return Optional.of(add(scale(logSnr, share), scale(fixed, 1 - share)));
  }
}
