package brume.diffusion.pipeline;

import brume.autograd.Tape;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.text.ClipTokenizer;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.text.ClipText;
import brume.nn.text.TokenRows;
import brume.tensor.Device;
import java.io.IOException;
import java.util.List;

/**
 * From texts to what a network attends to: a tokenizer and the text tower of CLIP.
 *
 * @param tokenizer takes texts apart
 * @param tower encodes their tokens
 */
public record TextEncoding(ClipTokenizer tokenizer, ClipText tower) {

  /**
   * That of a folder, with its weights.
   *
   * @param folder what to load
   * @param device where, owned by the innermost scope
   * @return the encoding
   * @throws IOException if something is missing or damaged
   */
  public static TextEncoding open(StableDiffusionFolder folder, Device device) throws IOException {
    return new TextEncoding(ClipTokenizer.open(folder.tokenizer()), folder.tower(device));
  }

  /**
   * The tokens of texts, as many of each as the tokenizer says; what is longer is cut.
   *
   * @param texts at least one
   * @return (N, L)
   */
  public TokenRows rows(List<String> texts) {
    return tokenizer.rows(texts, tokenizer.length());
  }

  /**
   * How many tokens of a text are lost, as it is too long.
   *
   * @param text any
   * @return 0 for one that is seen whole
   */
  public int cut(String text) {
    return Math.max(0, tokenizer.tokens(text).length + 2 - tokenizer.length()); // two marks
  }

  /**
   * Encodes texts.
   *
   * @param texts at least one
   * @param skipped layers that are left out at the end
   * @return of each text, owned by the innermost scope
   * @throws IllegalArgumentException if there are fewer layers
   */
  public Context encode(List<String> texts, int skipped) {
    try (Tape.Pause pause = Tape.pause()) {
      return Context.of(
          Tape.tidy(() -> tower.encode(rows(texts), Pass.inference()).normalized(skipped)));
    }
  }
}
