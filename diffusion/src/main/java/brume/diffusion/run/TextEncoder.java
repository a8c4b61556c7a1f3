package brume.diffusion.run;

import brume.nn.Context;
import java.util.List;

/** What says something of texts that a network attends to. It does not change. */
public interface TextEncoder {

  /**
   * Reads texts.
   *
   * @param texts N, at least one
   * @return (N, L, C) of each, owned by the innermost scope; no gradient leads through it
   */
  Context said(List<String> texts);

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
