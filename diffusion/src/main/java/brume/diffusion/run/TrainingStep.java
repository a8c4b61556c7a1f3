package brume.diffusion.run;

import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.objective.Batch;
import brume.diffusion.objective.Objective;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a training step asks of a network: the loss of each part of its samples and the gradients of their
 * mean. Runs train with it, and what is measured or estimated is the same.
 *
 * @param network to be trained, as it sees each batch
 * @param objective what is minimized
 * @param parts passes into which a step is divided, one or more
 * @param recomputing whether blocks of the network are computed again in the backward pass
 */
public record TrainingStep(Network network, Objective objective, int parts, boolean recomputing) {

  /** A network that may be told something about each batch. */
  @FunctionalInterface
  public interface Network {
    /**
     * The network as it sees one batch.
     *
     * @param batch to be learned from
     * @param random of the step
     * @return told what there is to tell
     */
    Denoiser seeing(Batch batch, RandomKey random);
  }

  /**
   * A step of a network that is told nothing besides the data.
   *
   * @param model to be trained
   * @param objective what is minimized
   * @param parts passes into which a step is divided, one or more
   * @param recomputing whether blocks of the network are computed again in the backward pass
   */
  public TrainingStep(Denoiser model, Objective objective, int parts, boolean recomputing) {
    this((batch, random) -> model, objective, parts, recomputing);
  }

  /** Where the samples of a step come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * The samples of one part.
     *
     * @param part its number, from 0
     * @return owned by the innermost scope
     * @throws IOException if they cannot be read
     */
    Batch part(int part) throws IOException;
  }

  /**
   * What has been computed. A GPU may still be at work on it.
   *
   * @param losses of the parts
   * @param gradients of their sum
   */
  public record Computed(LossParts losses, Gradients gradients) {}

  /**
   * Goes through all parts, there and back.
   *
   * @param samples of the step
   * @param random of the step
   * @return losses and gradients, owned by the innermost scope
   * @throws IOException if samples cannot be read
   */
  public Computed compute(Source samples, RandomKey random) throws IOException {
    List<Tensor> errors = new ArrayList<>();
    Gradients gradients = backward(samples, random, 0, errors);
    for (int part = 1; part < parts; part++) {
      gradients = gradients.plus(backward(samples, random, part, errors));
    }
    return new Computed(new LossParts(errors), gradients);
  }

  private Gradients backward(Source samples, RandomKey random, int part, List<Tensor> errors)
      throws IOException {
    Variable error = loss(samples.part(part), random, part);
    errors.add(error.value());
    return error.backward();
  }

  /**
   * The way there.
   *
   * @param batch samples of one part
   * @param random of the step
   * @param part its number, from 0
   * @return its loss, divided by the number of parts
   */
  public Variable loss(Batch batch, RandomKey random, int part) {
    Pass pass = Pass.training(random.child("part", part));
    Variable loss = objective.loss(
        network.seeing(batch, random), batch, random, recomputing ? pass.recomputing() : pass);
    return parts == 1 ? loss : scale(loss, 1.0 / parts);
  }
}
