package brume.nn.optim;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.tensor.Tensor;
import brume.tensor.kernel.OptimizerKernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Gradient descent with momentum. The velocities are updated in place and belong to the scope that is
 * innermost at construction.
 *
 * @see <a href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever et al., On the
 *     Importance of Initialization and Momentum in Deep Learning (2013)</a>
 */
public final class Sgd implements Optimizer {

  private final Config config;
  private final List<Slot> slots = new ArrayList<>();
  private final List<NamedParameter> state = new ArrayList<>();
  private long steps;

  private record Slot(Variable parameter, Tensor velocity) {}

  /**
   * The settings.
   *
   * @param momentum μ, share of the last velocity that is kept; 0 for none
   * @param nesterov whether to look ahead along the velocity
   * @param l2 λ₂, pull of the parameters toward zero, through the gradients
   */
  public record Config(double momentum, boolean nesterov, double l2) {

    /** Refuses numbers out of range. {@inheritDoc} */
    public Config {
      if (!(momentum >= 0 && l2 >= 0) || nesterov && momentum == 0) {
        throw new IllegalArgumentException(
            "sgd: expected momentum and l2 of 0 or more, and momentum for nesterov, got momentum %s,"
                    .formatted(momentum)
                + " l2 %s, nesterov %s".formatted(l2, nesterov));
      }
    }
  }

  /**
   * Creates velocities of zero.
   *
   * @param parameters what to change; those that require no gradient are left out
   * @param config momentum and decay
   */
  public Sgd(List<NamedParameter> parameters, Config config) {
    this.config = config;
    for (NamedParameter parameter : parameters) {
      if (parameter.variable().requiresGradient()) {
        Tensor velocity = Buffers.zerosFor(parameter, "momentum_buffer", state);
        slots.add(new Slot(parameter.variable(), velocity));
      }
    }
  }

  @Override
  public void step(Gradients gradients, double learningRate) {
    boolean first = steps == 0;
    steps++;
    for (Slot slot : slots) {
      Tensor p = slot.parameter().value();
      gradients.of(slot.parameter()).ifPresent(g -> OptimizerKernels.of(p)
          .sgd(
              learningRate,
              config.l2(),
              config.momentum(),
              config.nesterov(),
              first,
              g,
              p,
              slot.velocity()));
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
