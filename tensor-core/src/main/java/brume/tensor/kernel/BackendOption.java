package brume.tensor.kernel;

import brume.tensor.Text;
import java.util.Arrays;
import java.util.List;

/**
 * Something users may choose when a backend is opened.
 *
 * @param name a lower-case word or two with a dot between them, such as {@code cuda.level}
 * @param values what may be chosen; empty if it is a whole number of 1 or more
 */
public record BackendOption(String name, List<String> values) {

  /**
   * A whole number of 1 or more.
   *
   * @param name of the option
   * @return the option
   */
  public static BackendOption number(String name) {
    return new BackendOption(name, List.of());
  }

  /**
   * A constant of an enum, under the name that its {@code toString} gives.
   *
   * @param name of the option
   * @param constants of the enum
   * @return the option
   */
  public static BackendOption oneOf(String name, Enum<?>... constants) {
    return new BackendOption(name, Arrays.stream(constants).map(Enum::toString).toList());
  }

  /**
   * The system property that chooses where a program does not.
   *
   * @return such as {@code brume.cuda.level}
   */
  public String property() {
    return "brume." + name;
  }

  /**
   * Refuses what cannot be chosen.
   *
   * @param who names the place where the value was given, for the message
   * @param value given there
   * @return the value
   * @throws IllegalArgumentException if it cannot be chosen
   */
  public String check(String who, String value) {
    boolean known = values.isEmpty() ? isNumber(value) : values.contains(value);
    if (!known) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected %s, got %s",
          who,
          values.isEmpty() ? "a whole number of 1 or more" : "one of " + String.join(", ", values),
          value));
    }
    return value;
  }

  private static boolean isNumber(String value) {
    try {
      return Integer.parseInt(value) >= 1;
    } catch (NumberFormatException notANumber) {
      return false;
    }
  }
}
