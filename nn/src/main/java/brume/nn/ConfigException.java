package brume.nn;

import com.google.errorprone.annotations.FormatMethod;
import java.io.Serial;
import java.util.Locale;

/** Settings that do not fit together: one sentence with the setting, what it expected, and what it got. */
public final class ConfigException extends IllegalArgumentException {

  @Serial
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the sentence
   */
  public ConfigException(String message) {
    super(message);
  }

  /**
   * Refuses settings that break a condition.
   *
   * @param ok the condition
   * @param format sentence in the manner of {@link String#format}, formatted only if needed
   * @param args its arguments
   * @throws ConfigException if {@code ok} is false
   */
  @FormatMethod
  public static void unless(boolean ok, String format, Object... args) {
    if (!ok) {
      throw new ConfigException(String.format(Locale.ROOT, format, args));
    }
  }
}
