package brume.diffusion.pipeline;

import brume.autograd.Tape;
import brume.diffusion.exchange.PixelFolder;
import brume.diffusion.run.TextReading;
import brume.diffusion.text.T5Tokenizer;
import brume.diffusion.text.Tokenizer;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.text.T5Encoder;
import brume.tensor.Device;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * From texts, in lower case, to what T5 says of them token by token. Padding is hidden from tokens, and what it says is
 * attended to all the same, as IF has learned.
 *
 * @param tokenizer from texts to tokens
 * @param network from tokens to what is said
 */
public record T5Reading(Tokenizer tokenizer, T5Encoder network) implements TextReading {

  private static final int LENGTH = 77; // tokens, of IF

  /**
   * That of a folder, with its weights.
   *
   * @param folder what to load
   * @param device where, owned by the innermost scope
   * @return the reading
   * @throws IOException if something is missing or damaged
   */
  public static T5Reading open(PixelFolder folder, Device device) throws IOException {
    return new T5Reading(T5Tokenizer.open(folder.tokenizer()), folder.words(device));
  }

  @Override
  public Context encode(List<String> texts, List<String> seconds, int skipped) {
    if (skipped != 0) {
      throw new IllegalArgumentException("t5: expected to skip no layers, got " + skipped);
    }
    List<String> plain = texts.stream().map(T5Reading::plain).toList();
    try (Tape.Pause pause = Tape.pause()) {
      return Context.of(
          Tape.tidy(() -> network.encodeMasked(tokenizer.rows(plain, LENGTH), Pass.inference())));
    }
  }

  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).strip();
  }

  @Override
  public Context ofNoText(Context wanted) {
    List<String> empty = Collections.nCopies(wanted.tokens().shape().dim(0), "");
    return encode(empty, empty, 0);
  }

  @Override
  public int cut(String text) {
    return Math.max(0, tokenizer.tokens(plain(text)).length + 1 - LENGTH); // one mark
  }
}
