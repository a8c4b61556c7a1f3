package brume.diffusion.settings;

import java.io.Serial;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting that cannot be: out of range, of the wrong type, unknown, or at odds with another. Its
 * sentence speaks of settings in braces, {@code {groups}}; whoever shows it puts options or keys in
 * their place.
 */
public final class SettingException extends IllegalArgumentException {
  @Serial
  private static final long serialVersionUID = 1L;

  private static final Pattern NAME = Pattern.compile("\\{([A-Za-z0-9.]+)\\}");

  /**
   * The refusal of a value.
   *
   * @param sentence without the setting, which the engine puts in front, or with settings in braces
   */
  public SettingException(String sentence) {
    super(sentence);
  }

  /**
   * Refuses what breaks a condition.
   *
   * @param ok the condition
   * @param format of the sentence, settings in braces: {@code "{groups}: expected %d, got %d"}
   * @param args of the format
   */
  public static void unless(boolean ok, String format, Object... args) {
    if (!ok) {
      throw new SettingException(String.format(Locale.ROOT, format, args));
    }
  }

  /**
   * The sentence with names people know.
   *
   * @param names from settings to what they are called, such as {@code --groups}
   * @return a sentence
   */
  public String sentence(UnaryOperator<String> names) {
    Matcher name = NAME.matcher(String.valueOf(getMessage()));
    return name.replaceAll(match -> Matcher.quoteReplacement(names.apply(match.group(1))));
  }
}
