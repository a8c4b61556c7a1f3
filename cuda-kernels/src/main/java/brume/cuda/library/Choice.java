package brume.cuda.library;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What users choose by system properties. */
final class Choice {

  private Choice() {}

  /**
   * What the user asked for.
   *
   * @param property names a constant, as its {@code toString} does
   * @param otherwise the constant if the property is not set
   * @throws IllegalArgumentException if the property names none
   */
  static <E extends Enum<E>> E asked(String property, E otherwise) {
    String name = System.getProperty(property);
    if (name == null) {
      return otherwise;
    }
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    return Arrays.stream(all)
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("%s: expected one of %s, got %s"
            .formatted(
                property,
                Arrays.stream(all).map(E::toString).collect(Collectors.joining(", ")),
                name)));
  }
}
