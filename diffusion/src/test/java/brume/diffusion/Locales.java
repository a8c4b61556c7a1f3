package brume.diffusion;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;

/** Places where numbers and letters are written in other ways. */
public final class Locales {

  private Locales() {}

  /** Arabic, Persian and Thai digits, a dotless i, a decimal comma. */
  public static Stream<String> all() {
    return Stream.of("ar-EG", "fa-IR", "th-TH-u-nu-thai", "tr-TR", "de-DE");
  }

  /** Does something in one of them. */
  public static void in(String tag, Executable something) throws Throwable {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(tag));
    try {
      something.execute();
    } finally {
      Locale.setDefault(before);
    }
  }
}
