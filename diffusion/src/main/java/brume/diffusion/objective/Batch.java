package brume.diffusion.objective;

import brume.tensor.Tensor;

/**
 * What one forward pass of training learns from.
 *
 * @param x0 (N, H, W, C) samples in the range of the model, [−1, 1]
 * @param first number of the first sample within its step, so that random numbers do not depend on how
 *     a step is divided into passes
 * @param labels (N) classes of the samples; empty if they have none. What of them a network is told is
 *     not decided by objectives, which get one that is told it already
 */
@SuppressWarnings("ArrayRecordComponent") // batches are learned from, never compared
public record Batch(Tensor x0, long first, int[] labels) {

  /**
   * Samples without classes.
   *
   * @param x0 (N, H, W, C) samples in the range of the model, [−1, 1]
   * @param first number of the first sample within its step
   */
  public Batch(Tensor x0, long first) {
    this(x0, first, new int[0]);
  }
}
