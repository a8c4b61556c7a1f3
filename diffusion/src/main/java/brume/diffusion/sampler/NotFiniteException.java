package brume.diffusion.sampler;

import java.io.Serial;

/** Samples that are not numbers any more: which step lost them, and why. */
public final class NotFiniteException extends ArithmeticException {

  @Serial
  private static final long serialVersionUID = 1L;

  /**
   * Says where.
   *
   * @param sentence what was expected, and what to do
   */
  public NotFiniteException(String sentence) {
    super(sentence);
  }
}
