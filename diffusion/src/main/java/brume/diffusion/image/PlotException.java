package brume.diffusion.image;

import java.io.IOException;
import java.io.Serial;

/** This machine cannot draw a plot, for lack of fonts as a rule; all else may go on. */
public final class PlotException extends IOException {

  @Serial
  private static final long serialVersionUID = 1L;

  PlotException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
