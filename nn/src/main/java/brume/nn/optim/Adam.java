package brume.nn.optim;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.OptimizerKernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Adam and AdamW: steps in the direction of the mean gradient, measured in units of its spread. The
 * moments are updated in place and belong to the scope that is innermost at construction.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba, Adam (2014), algorithm 1</a>
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, Decoupled Weight Decay
 *     Regularization (2017)</a>
 */
public final class Adam implements ByParameter {

  private final AdamConfig config;
  private final List<Slot> slots = new ArrayList<>();
  private final List<NamedParameter> state = new ArrayList<>();
  private long steps;
  private double rate; // of the last step

  private record Slot(Variable parameter, Tensor m, Tensor v) {}

  /**
   * Creates moments of zero.
   *
   * @param parameters what to change; those that require no gradient are left out
   * @param config decays and ε
   * @throws IllegalArgumentException if some are kept in 16 bits
   */
  public Adam(List<NamedParameter> parameters, AdamConfig config) {
    this.config = config;
    Buffers.requireFullWidth(parameters);
    for (NamedParameter parameter : parameters) {
      if (parameter.variable().requiresGradient()) {
        Tensor m = Buffers.zerosFor(parameter, "exp_avg", state);
        Tensor v = Buffers.zerosFor(parameter, "exp_avg_sq", state);
        slots.add(new Slot(parameter.variable(), m, v));
      }
    }
  }

  @Override
  public void next(double learningRate) {
    steps++;
    rate = learningRate;
  }

  private AdamCoefficients coefficients() {
    return new AdamCoefficients(
        rate,
        config.beta1(),
        config.beta2(),
        config.eps(),
        config.decoupled() ? 0 : config.weightDecay(),
        config.decoupled() ? config.weightDecay() : 0,
        1 - Math.pow(config.beta1(), steps),
        1 - Math.pow(config.beta2(), steps));
  }

  @Override
  public BiConsumer<Variable, Tensor> oneByOne() {
    AdamCoefficients at = coefficients();
    Map<Variable, Slot> of = new IdentityHashMap<>();
    slots.forEach(slot -> of.put(slot.parameter(), slot));
    return (parameter, gradient) -> {
      Slot slot = of.get(parameter);
      if (slot != null) {
        OptimizerKernels.of(gradient).adam(at, gradient, parameter.value(), slot.m(), slot.v());
      }
    };
  }

  @Override
  public void apply(Gradients gradients) {
    List<Tensor> g = new ArrayList<>(), p = new ArrayList<>();
    List<Tensor> m = new ArrayList<>(), v = new ArrayList<>();
    for (Slot slot : slots) {
      gradients.unscaled(slot.parameter()).ifPresent(gradient -> {
        g.add(gradient);
        p.add(slot.parameter().value());
        m.add(slot.m());
        v.add(slot.v());
      });
    }
    if (!p.isEmpty()) {
      OptimizerKernels.of(p.get(0)).adam(this::coefficients, gradients.factor(), g, p, m, v);
    }
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public List<NamedParameter> state() {
    return Collections.unmodifiableList(state);
  }

  @Override
  public void resumeAfter(long stepsTaken) {
    this.steps = stepsTaken;
  }
}
