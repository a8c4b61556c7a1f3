package brume.diffusion.run;

import brume.diffusion.objective.Batch;
import brume.nn.Condition;
import brume.tensor.math.Copies;
import java.util.Arrays;
import java.util.List;

/**
 * A batch whose samples and labels always lie at the same places, where others of its kind are copied to:
 * what a recorded training step learns from. Mutable.
 */
final class FixedBatch {

  private final Batch batch;

  /**
   * Makes places in the innermost scope, and copies a batch there.
   *
   * @param first any batch of the kind
   */
  FixedBatch(Batch first) {
    this.batch = new Batch(first.x0().like(), first.first(), first.labels().clone());
    take(first);
  }

  /** Whether there are places for all that a batch has. */
  static boolean holds(Batch batch) {
    return batch.words().isEmpty() && batch.said().isEmpty();
  }

  /** What batches have in common that can be copied to the same places: equal for batches of a kind. */
  static List<Object> kind(Batch batch) {
    return List.of(batch.x0().shape(), batch.first(), batch.labels().length);
  }

  /** The batch that is learned from. */
  Batch batch() {
    return batch;
  }

  /** Copies another batch of the kind here. */
  void take(Batch other) {
    Copies.copy(other.x0(), batch.x0());
    System.arraycopy(other.labels(), 0, batch.labels(), 0, batch.labels().length);
  }

  /** Changes labels to some that the batch has not, so that who depends on them is noticed. */
  void disturb() {
    int[] labels = batch.labels();
    boolean zeros = Arrays.stream(labels).allMatch(label -> label == 0);
    Arrays.fill(labels, zeros ? Condition.NO_CLASS : 0);
  }
}
