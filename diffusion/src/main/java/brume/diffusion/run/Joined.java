package brume.diffusion.run;

import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Context;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Arrays;

/**
 * Words and the vector of a picture as one row of tokens, the vector behind the words, as the decoder of DALL·E 2 attends to
 * both. Where one has fewer channels, zeros fill it up.
 *
 * @see <a href="https://arxiv.org/abs/2204.06125">Ramesh et al., Hierarchical Text-Conditional Image Generation with
 *     CLIP Latents (2022), section 2.1</a>
 */
final class Joined {

  private Joined() {}

  /**
   * What is said of samples by both.
   *
   * @param words (N, L, C) of their texts
   * @param vectors (N, 1, D) of pictures
   * @return (N, L + 1, max(C, D))
   */
  static Context of(Context words, Context vectors) {
    Variable said = words.tokens(), seen = vectors.tokens();
    int width = Math.max(said.shape().dim(2), seen.shape().dim(2));
    try (Tape.Pause pause = Tape.pause()) {
      return Context.of(concatenate(1, filled(said, width), filled(seen, width)));
    }
  }

  /**
   * What a network is told in training: of every sample both, of every sample the vector alone, and nothing.
   *
   * @param words (N + 1, L, C) of texts, the last of the empty one
   * @param vectors (N + 1, 1, D) of pictures, the last zero
   * @return (2N + 1, L + 1, max(C, D))
   */
  static Context ofBatch(Context words, Context vectors) {
    int samples = words.tokens().shape().dim(0) - 1;
    int[] texts = new int[2 * samples + 1], pictures = new int[2 * samples + 1];
    Arrays.setAll(texts, row -> Math.min(row, samples));
    Arrays.setAll(pictures, row -> row < samples ? row : row - samples);
    return of(words.rows(texts), vectors.rows(pictures));
  }

  /** With zeros behind its channels. */
  private static Variable filled(Variable tokens, int width) {
    Shape shape = tokens.shape();
    int missing = width - shape.dim(2);
    if (missing == 0) {
      return tokens;
    }
    Shape rest = Shape.of(shape.dim(0), shape.dim(1), missing);
    return concatenate(
        tokens,
        Variable.constant(Tensor.of(tokens.value().device(), rest, new float[rest.size()])));
  }
}
