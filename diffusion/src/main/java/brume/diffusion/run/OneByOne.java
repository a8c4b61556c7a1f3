package brume.diffusion.run;

import brume.autograd.Variable;
import brume.diffusion.objective.Batch;
import brume.nn.optim.ByParameter;
import brume.nn.optim.Ema;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.SquaredNorms;
import brume.tensor.DeviceNumber;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A step that moves each parameter as soon as its gradient is whole, and frees the gradient: all of them
 * together would be as many numbers as the network has. It ends in the same bits as one that waits for all.
 * Where gradients are scaled by the norm of all, or added up over parts, they have to wait.
 *
 * @param passes the way there, of one part
 * @param update what a step does besides
 * @param optimizer of the update, which moves parameters
 */
record OneByOne(TrainingStep passes, Update update, ByParameter optimizer) {

  /** The step, unless something is asked of all gradients together or the device has reasons to wait. */
  static Optional<OneByOne> of(TrainingStep passes, Update update, Backend device) {
    boolean limits = update
        .clipping()
        .filter(rule -> !(rule instanceof GradientClipping.Off))
        .isPresent();
    return !limits
            && update.optimizer() instanceof ByParameter single
            && passes.parts() == 1
            && device.recomputes()
        ? Optional.of(new OneByOne(passes, update, single))
        : Optional.empty();
  }

  /** There and back, and what follows; the check comes when parameters have moved. */
  Update.Done take(Batch batch, RandomKey random, Update.Check check) throws IOException {
    Variable error = passes.loss(batch, random, 0);
    SquaredNorms squares = new SquaredNorms();
    boolean measures = update.clipping().isPresent();
    BiConsumer<Variable, Tensor> move = optimizer.oneByOne();
    List<Variable> moved = error.backwardOneByOne((parameter, gradient) -> {
      if (measures) {
        squares.add(parameter, gradient);
      }
      move.accept(parameter, gradient);
    });
    LossParts loss = new LossParts(List.of(error.value()));
    Optional<DeviceNumber> norm = Optional.empty();
    if (measures) {
      norm = Optional.of(DeviceNumber.of(squares.norm(moved)));
      check.look(loss, norm.get());
    }
    update.averages().forEach(Ema::apply);
    return new Update.Done(loss, norm);
  }
}
