package brume.diffusion.objective;

import brume.autograd.Variable;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.io.Stateful;
import brume.tensor.random.RandomKey;
import java.util.List;

/** What training minimizes, with all the chance in it. The trainer knows no more than this. */
public interface Objective {

  /**
   * The loss of a batch.
   *
   * @param network to be trained
   * @param batch what to learn from
   * @param key of the step; what is drawn for a sample depends on its number, not on the batch
   * @param pass of training
   * @return a single number, the mean over the batch
   */
  Variable loss(Denoiser network, Batch batch, RandomKey key, Pass pass);

  /**
   * Which of two ways the loss takes by chance. Steps of one way ask a device for the same work, so that it can
   * be recorded.
   *
   * @param network to be trained
   * @param key of the step
   * @return whether it takes the longer one
   */
  default boolean branches(Denoiser network, RandomKey key) {
    return false;
  }

  /**
   * What was seen in the batches of this step, so that those who share a step can tell each other.
   *
   * @return in the order of the batches; forgotten here
   */
  default List<LossesSeen> takeSeen() {
    return List.of();
  }

  /**
   * Takes what was seen in the batches of this step, here or elsewhere.
   *
   * @param seen in the order of the batches
   */
  default void giveSeen(List<LossesSeen> seen) {}

  /** All batches of a step are done: what was learned from their losses counts from now on. */
  default void stepDone() {}

  /**
   * What changes while a run learns, beside the network.
   *
   * @return parts of a checkpoint
   */
  default List<Stateful> state() {
    return List.of();
  }
}
