package brume.diffusion.objective;

import brume.nn.Context;
import brume.nn.text.TokenRows;
import brume.tensor.Tensor;
import java.util.Optional;

/**
 * What one forward pass of training learns from.
 *
 * @param x0 (N, H, W, C) samples in the range of the model, [−1, 1], or latents
 * @param first number of the first sample within its step, so that random numbers do not depend on how
 *     a step is divided into passes
 * @param labels (N) classes of the samples; empty if they have none. What of them a network is told is
 *     not decided by objectives, which get one that is told it already
 * @param words (N, L) what the samples show, as tokens; empty unless they are learned from
 * @param said (N + 1, L, C) what an encoder says of the texts or pictures of the samples, and in the last row of
 *     the empty text; where it speaks of both, (2N + 1, L, C) with all pictures again, with the empty text, before the
 *     last row; empty unless a network is told
 */
@SuppressWarnings("ArrayRecordComponent") // batches are learned from, never compared
public record Batch(
    Tensor x0, long first, int[] labels, Optional<TokenRows> words, Optional<Context> said) {

  /**
   * Samples without texts.
   *
   * @param x0 (N, H, W, C) samples in the range of the model, [−1, 1]
   * @param first number of the first sample within its step
   * @param labels (N) classes of the samples; empty if they have none
   */
  public Batch(Tensor x0, long first, int[] labels) {
    this(x0, first, labels, Optional.empty(), Optional.empty());
  }

  /**
   * Samples without classes and texts.
   *
   * @param x0 (N, H, W, C) samples in the range of the model, [−1, 1]
   * @param first number of the first sample within its step
   */
  public Batch(Tensor x0, long first) {
    this(x0, first, new int[0]);
  }

  /**
   * The same samples in another form.
   *
   * @param other (N, h, w, c) such as their latents
   * @return the batch
   */
  public Batch withX0(Tensor other) {
    return new Batch(other, first, labels, words, said);
  }

  /**
   * The same samples with their texts.
   *
   * @param tokens (N, L) of each
   * @return the batch
   */
  public Batch withWords(TokenRows tokens) {
    return new Batch(x0, first, labels, Optional.of(tokens), said);
  }

  /**
   * The same samples with what an encoder says of their texts.
   *
   * @param context (N + 1, L, C) of each, and of the empty text, or (2N + 1, L, C)
   * @return the batch
   */
  public Batch withSaid(Context context) {
    return new Batch(x0, first, labels, words, Optional.of(context));
  }
}
