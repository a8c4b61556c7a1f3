package brume.diffusion.run;

import brume.autograd.Gradients;
import brume.nn.optim.Ema;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.GradientClipping.Clipped;
import brume.nn.optim.Optimizer;
import brume.nn.optim.Resumable;
import brume.tensor.DeviceNumber;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a training step does with its gradients: limits them, moves the parameters, and lets averages follow.
 *
 * @param clipping of the gradients; empty if their norm is not even measured
 * @param optimizer moves the parameters
 * @param averages of them
 */
public record Update(Optional<GradientClipping> clipping, Optimizer optimizer, List<Ema> averages) {

  private static final double OTHER_RATE = 1e-3;

  /** Somebody who looks at a step before it moves anything, or when single parameters have moved. */
  @FunctionalInterface
  public interface Check {

    /** Lets everything pass. */
    Check NONE = (losses, norm) -> {};

    /**
     * The gradients of a step are there.
     *
     * @param losses of its parts
     * @param norm of the gradients before they are limited
     * @throws IOException if the step shall not count
     */
    void look(LossParts losses, DeviceNumber norm) throws IOException;
  }

  /**
   * What is known of a step when all of it was given to a device.
   *
   * @param losses of its parts, each divided by their number
   * @param norm of the gradients before they were limited, if it was measured
   */
  public record Done(LossParts losses, Optional<DeviceNumber> norm) {}

  /**
   * Begins a step on the host, whose numbers count from now on.
   *
   * @param learningRate of the step
   */
  public void next(double learningRate) {
    optimizer.next(learningRate);
    averages.forEach(Ema::next);
  }

  /**
   * Does on the device what was begun.
   *
   * @param computed losses and gradients
   * @param check is asked before anything is moved
   * @return numbers owned by the innermost scope
   * @throws IOException if the check refuses
   */
  public Done apply(TrainingStep.Computed computed, Check check) throws IOException {
    Gradients gradients = computed.gradients();
    Optional<Clipped> clipped = clipping.map(rule -> rule.clip(gradients));
    if (clipped.isPresent()) {
      check.look(computed.losses(), clipped.get().measured());
    }
    optimizer.apply(clipped.map(Clipped::gradients).orElse(gradients));
    averages.forEach(Ema::apply);
    return new Done(computed.losses(), clipped.map(Clipped::measured));
  }

  /** Lets numbers count that are others than those of the step, so that who depends on them is noticed. */
  void disturb(double learningRate) {
    next(0.5 * learningRate + OTHER_RATE);
  }

  /** Lets the numbers of the step count again after {@link #disturb}. */
  void restore(double learningRate) {
    Stream.<Resumable>concat(Stream.of(optimizer), averages.stream())
        .forEach(each -> each.resumeAfter(each.steps() - 2));
    next(learningRate);
  }
}
