package brume.tensor;

import com.google.errorprone.annotations.FormatMethod;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sentences and names that are the same everywhere. {@link String#formatted} writes numbers as is usual
 * where the machine stands: Arabic digits in Egypt, a decimal comma in Germany. Files named so were not
 * found again; so the build refuses it (see {@code pom.xml}), and texts are made here.
 */
public final class Text {

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
}
