package brume.diffusion.run;

import brume.diffusion.settings.SettingException;
import brume.nn.Adapters;
import brume.nn.Context;
import brume.nn.NewWord;
import java.util.List;

/**
 * What says something of texts that a network attends to. It does not change, but for a word that learns and for
 * adapters.
 */
public interface TextEncoder {

  /**
   * Reads texts.
   *
   * @param texts N, at least one
   * @return (N, L, C) of each, owned by the innermost scope; no gradient leads through it, unless a
   *     word learns or adapters do
   */
  Context said(List<String> texts);

  /**
   * The same with a word that is being learned.
   *
   * @param word rows of each tower
   * @return with the word
   * @throws IllegalArgumentException if it has such a word, or cannot learn one
   */
  default TextEncoder with(NewWord word) {
    throw new SettingException(
        "{condition.from}: expected the folder whose text encoders learn the word, got another");
  }

  /**
   * The same with adapters that learn beside its matrices.
   *
   * @param adapters of each tower, which get their parameters here, owned by the innermost scope
   * @return with the adapters
   * @throws IllegalArgumentException if it has no layers as they are for, or cannot have any
   */
  default TextEncoder with(List<Adapters> adapters) {
    throw new SettingException(
        "{condition.from}: expected the folder whose text encoders are adapted, got another");
  }

  /**
   * How much it says of a word.
   *
   * @return C
   */
  int channels();

  /**
   * How many tokens of a text are lost, as it is too long.
   *
   * @param text any
   * @return 0 for one that is seen whole
   */
  int cut(String text);
}
