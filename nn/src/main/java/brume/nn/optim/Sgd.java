package brume.nn.optim;

import static brume.nn.ConfigException.unless;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.Tensor;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.SgdCoefficients;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Gradient descent with momentum, as in PyTorch:
 *
 * <pre>
 *   g ← g + λ₂·p
 *   b ← μ·b + (1 − dampening)·g     (b ← g in the first step)
 *   p ← p − lr·b                    (p ← p − lr·(g + μ·b) if it looks ahead)
 * </pre>
 *
 * <p>The velocities are updated in place and belong to the scope that is
 * innermost at construction.
 *
 * @see <a href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever et al., On the
 *     Importance of Initialization and Momentum in Deep Learning (2013)</a>
 */
public final class Sgd implements ByParameter {

  private final Config config;
  private final List<Slot> slots = new ArrayList<>();
  private final List<NamedParameter> state = new ArrayList<>();
  private long steps;
  private double rate; // of the last step

  private record Slot(Variable parameter, Tensor velocity) {}

  /**
   * The settings.
   *
   * @param momentum μ, share of the last velocity that is kept; 0 for none
   * @param dampening share of each gradient but the first that does not enter the velocity, in [0, 1)
   * @param nesterov whether to look ahead along the velocity
   * @param l2 λ₂, pull of the parameters toward zero, through the gradients
   */
  public record Config(double momentum, double dampening, boolean nesterov, double l2) {

    /** Refuses numbers out of range. {@inheritDoc} */
    public Config {
      unless(
          momentum >= 0 && momentum < 1 && l2 >= 0 && dampening >= 0 && dampening < 1,
          "sgd: expected momentum and dampening in [0, 1) and l2 of 0 or more, got momentum %s,"
              + " dampening %s, l2 %s",
          momentum,
          dampening,
          l2);
      unless(
          !nesterov || momentum > 0 && dampening == 0,
          "sgd: expected momentum and no dampening with nesterov, got momentum %s, dampening %s",
          momentum,
          dampening);
      unless(
          dampening == 0 || momentum > 0,
          "sgd: expected no dampening without momentum, got dampening %s",
          dampening);
    }
  }

  /**
   * Creates velocities of zero.
   *
   * @param parameters what to change; those that require no gradient are left out
   * @param config momentum and decay
   * @throws IllegalArgumentException if some are kept in 16 bits
   */
  public Sgd(List<NamedParameter> parameters, Config config) {
    this.config = config;
    Buffers.requireFullWidth(parameters);
    for (NamedParameter parameter : parameters) {
      if (parameter.variable().requiresGradient()) {
        Tensor velocity = Buffers.zerosFor(parameter, "momentum_buffer", state);
        slots.add(new Slot(parameter.variable(), velocity));
      }
    }
  }

  @Override
  public void next(double learningRate) {
    steps++;
    rate = learningRate;
  }

  private SgdCoefficients coefficients() {
    return new SgdCoefficients(
        rate,
        config.l2(),
        config.momentum(),
        1 - config.dampening(),
        config.nesterov(),
        steps == 1);
  }

  @Override
  public BiConsumer<Variable, Tensor> oneByOne() {
    SgdCoefficients at = coefficients();
    Map<Variable, Slot> of = new IdentityHashMap<>();
    slots.forEach(slot -> of.put(slot.parameter(), slot));
    return (parameter, gradient) -> {
      Slot slot = of.get(parameter);
      if (slot != null) {
        OptimizerKernels.of(gradient).sgd(at, gradient, parameter.value(), slot.velocity());
      }
    };
  }

  @Override
  public void apply(Gradients gradients) {
    List<Tensor> g = new ArrayList<>(), p = new ArrayList<>(), b = new ArrayList<>();
    for (Slot slot : slots) {
      gradients.of(slot.parameter()).ifPresent(gradient -> {
        g.add(gradient);
        p.add(slot.parameter().value());
        b.add(slot.velocity());
      });
    }
    if (!p.isEmpty()) {
      OptimizerKernels.of(p.get(0)).sgd(this::coefficients, g, p, b);
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
