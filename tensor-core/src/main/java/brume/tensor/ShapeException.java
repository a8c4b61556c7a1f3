package brume.tensor;

import com.google.errorprone.annotations.FormatMethod;
import java.io.Serial;

/** Shapes that do not fit: one sentence with the function, what it expected, and what it got. */
public final class ShapeException extends IllegalArgumentException {

  @Serial
  private static final long serialVersionUID = 1L;

  /**
   * For shapes that do not fit.
   *
   * @param message one sentence: what was expected, what came, all shapes in question
   */
  public ShapeException(String message) {
    super(message);
  }

  /**
   * Refuses shapes that break a condition.
   *
   * @param ok the condition
   * @param format sentence in the manner of {@link String#format}, formatted only if needed
   * @param args its arguments
   * @throws ShapeException if {@code ok} is false
   */
  @FormatMethod
  public static void unless(boolean ok, String format, Object... args) {
    if (!ok) {
      throw new ShapeException(Text.of(format, args));
    }
  }
}
