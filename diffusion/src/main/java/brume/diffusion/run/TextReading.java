package brume.diffusion.run;

import brume.nn.Context;
import java.util.List;

/** From texts to what a network attends to. */
public interface TextReading {

  /**
   * Encodes texts.
   *
   * @param texts at least one
   * @param seconds as many for a second encoder; not looked at where there is none
   * @param skipped layers that are left out at the end
   * @return of each text, owned by the innermost scope
   * @throws IllegalArgumentException if there are fewer layers
   */
  Context encode(List<String> texts, List<String> seconds, int skipped);

  /**
   * What a network is told where no text is given to be led away from.
   *
   * @param wanted what it is told of as many texts
   * @return owned by the innermost scope
   */
  Context ofNoText(Context wanted);

  /**
   * How many tokens of a text are lost, as it is too long.
   *
   * @param text any
   * @return 0 for one that is seen whole
   */
  int cut(String text);

  /**
   * Whether the network is told the sizes of pictures, too.
   *
   * @return true of two encoders
   */
  default boolean goesWithSizes() {
    return false;
  }
}
