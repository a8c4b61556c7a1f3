package brume.diffusion.run;

import static java.util.Objects.requireNonNull;

import brume.autograd.Variable;
import brume.diffusion.objective.Batch;
import brume.nn.optim.ByParameter;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.Optimizer;
import brume.tensor.LateNumber;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.random.RandomKey;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A step that moves each parameter as soon as its gradient is whole, and frees the gradient: all of them
 * together would be as many numbers as the network has. It ends in the same bits as one that waits for all.
 * Where gradients are scaled by the norm of all, or added up over parts, they have to wait.
 *
 * @param passes the way there, of one part
 * @param optimizer moves parameters
 */
record OneByOne(TrainingStep passes, ByParameter optimizer) {

  /**
   * What is known of a step.
   *
   * @param loss mean over its samples
   * @param norm of all gradients
   */
  record Done(LateNumber loss, LateNumber norm) {}

  /** The step, unless something is asked of all gradients together or the device has reasons to wait. */
  static Optional<OneByOne> of(
      TrainingStep passes, GradientClipping clipping, Optimizer optimizer, Backend device) {
    return clipping instanceof GradientClipping.Off
            && optimizer instanceof ByParameter single
            && passes.parts() == 1
            && device.recomputes()
        ? Optional.of(new OneByOne(passes, single))
        : Optional.empty();
  }

  /** There and back. */
  Done take(Batch batch, RandomKey random, double rate) {
    Variable error = passes.loss(batch, random, 0);
    double loss = error.value().item();
    Map<Variable, Double> squares = new IdentityHashMap<>();
    BiConsumer<Variable, Tensor> move = optimizer.begin(rate);
    List<Variable> moved = error.backwardOneByOne((parameter, gradient) -> {
      squares.put(parameter, ReductionKernels.of(gradient).squaredNorm(gradient));
      move.accept(parameter, gradient);
    });
    double sum = 0; // in the order in which gradients add theirs, for the same bits
    for (Variable parameter : moved) {
      sum += requireNonNull(squares.get(parameter));
    }
    return new Done(LateNumber.of(loss), LateNumber.of(Math.sqrt(sum)));
  }
}
