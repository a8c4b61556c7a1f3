package brume.nn.optim;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.OptimizerKernels;
import java.util.ArrayList;
import java.util.List;

/**
 * A moving average of a network's parameters, whose samples are better than its own. Counts its
 * calls. The average is another network of the same kind, or plain tensors.
 *
 * @see <a href="https://doi.org/10.1137/0330046">Polyak and Juditsky, Acceleration of Stochastic
 *     Approximation by Averaging (1992)</a>
 */
public final class Ema implements Resumable {

  private final EmaRule rule;
  private final List<NamedParameter> parameters;
  private final List<NamedParameter> averages;
  private long calls;
  private double rate; // of the last call

  /**
   * Averages into the parameters of another network, which become copies.
   *
   * @param rule how fast
   * @param parameters of the network that is trained
   * @param averages of the network to sample from, in the same order
   * @throws IllegalArgumentException if names or shapes differ
   */
  public Ema(EmaRule rule, List<NamedParameter> parameters, List<NamedParameter> averages) {
    this.rule = rule;
    this.parameters = List.copyOf(parameters);
    this.averages = List.copyOf(averages);
    requireAlike();
    this.rate = 1;
    apply();
  }

  /**
   * Averages into tensors of its own, which belong to the innermost scope.
   *
   * @param rule how fast
   * @param parameters of the network that is trained
   */
  public Ema(EmaRule rule, List<NamedParameter> parameters) {
    this(rule, parameters, roomFor(parameters));
  }

  /** Follows the parameters; to be called once after every step of the optimizer. */
  public void update() {
    next();
    apply();
  }

  /** The half of {@link #update} that the host does: counts the call. */
  public void next() {
    rate = rule.rate(calls++);
  }

  /** The half that the device does, by the numbers that were counted last. */
  public void apply() {
    if (!averages.isEmpty()) {
      List<Tensor> to = values(averages);
      OptimizerKernels.of(to.get(0)).average(() -> rate, values(parameters), to);
    }
  }

  /**
   * The averages.
   *
   * @return under the names of the parameters
   */
  @Override
  public List<NamedParameter> state() {
    return averages;
  }

  @Override
  public long steps() {
    return calls;
  }

  @Override
  public void resumeAfter(long steps) {
    this.calls = steps;
  }

  private static List<Tensor> values(List<NamedParameter> parameters) {
    return parameters.stream().map(parameter -> parameter.variable().value()).toList();
  }

  private void requireAlike() {
    boolean alike = parameters.size() == averages.size();
    for (int i = 0; alike && i < parameters.size(); i++) {
      NamedParameter p = parameters.get(i), average = averages.get(i);
      alike = p.path().equals(average.path())
          && p.variable().shape().equals(average.variable().shape());
    }
    if (!alike) {
      throw new IllegalArgumentException(Text.of(
              "ema: expected a network of the same kind to average into, got %d and %d parameters",
              parameters.size(), averages.size())
          + " of different names or shapes");
    }
  }

  private static List<NamedParameter> roomFor(List<NamedParameter> parameters) {
    List<NamedParameter> room = new ArrayList<>();
    for (NamedParameter p : parameters) {
      Variable average = Variable.constant(p.variable().value().like());
      room.add(new NamedParameter(p.path(), average, p.layout()));
    }
    return room;
  }
}
