package brume.tensor;

import com.google.errorprone.annotations.FormatMethod;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sentences and names that are the same everywhere. {@link String#formatted} writes numbers as is usual
 * where the machine stands: Arabic digits in Egypt, a decimal comma in Germany. Files named so were not
 * found again; so the build refuses it (see {@code pom.xml}), and texts are made here.
 */
public final class Text {

  private static final int MOST_REASON = 200; // characters

  private Text() {}

  /**
   * A text with values in it.
   *
   * @param format in the manner of {@link String#format}
   * @param args its arguments
   * @return the text, with the digits 0 to 9 and a decimal point
   */
  @FormatMethod
  public static String of(String format, @Nullable Object... args) {
    return String.format(Locale.ROOT, format, args);
  }

  /**
   * What came from a file, as a sentence shows it: the beginning, without line breaks and without what a
   * terminal would obey.
   *
   * @param text anything
   * @param most how many of its characters are shown
   * @return one line, with {@code ...} at its end if there is more
   */
  public static String shown(String text, int most) {
    StringBuilder shown = new StringBuilder(text.substring(0, Math.min(most, text.length())));
    for (int i = 0; i < shown.length(); i++) {
      char letter = shown.charAt(i);
      if (Character.isISOControl(letter) || letter == '\u2028' || letter == '\u2029') {
        shown.setCharAt(i, '?');
      }
    }
    return text.length() > most ? shown + "..." : shown.toString();
  }

  /**
   * Why something could not be read, as the code that read it says.
   *
   * @param failure what it threw
   * @return one line of words, without the names of classes
   */
  public static String reason(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof EOFException) {
      return "it ends too early";
    }
    if (failure instanceof IOException && message != null && !message.isBlank()) {
      return shown(message, MOST_REASON);
    }
    return "what it says of itself cannot be";
  }
}
