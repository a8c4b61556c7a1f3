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
