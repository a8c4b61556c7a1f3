package brume.diffusion.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One number, text, yes or no, list or kind among the settings of a record, with its place in it.
 *
 * @param path names of components from the outermost record, such as process, schedule, offset
 * @param about what it means
 * @param value what may stand there
 * @param now what stands there, as JSON; the name, if it is a kind
 * @param catalog kinds to choose from, if it is the kind of a choice
 */
public record Setting(
    List<String> path, About about, ValueType value, JsonNode now, Optional<Catalog<?>> catalog) {

  /** Copies the list. {@inheritDoc} */
  public Setting {
    path = List.copyOf(path);
  }

  /**
   * Its option on the command line.
   *
   * @return such as {@code --beta-start}
   */
  public String option() {
    return "--" + (about.option().isEmpty() ? kebab(name()) : about.option());
  }

  /**
   * Its place.
   *
   * @return such as {@code process.schedule.offset}
   */
  public String key() {
    return String.join(".", path);
  }

  /**
   * Name of the component.
   *
   * @return last of the path
   */
  public String name() {
    return path.get(path.size() - 1);
  }

  /**
   * Whether it is the kind of a choice.
   *
   * @return true if it has a catalog
   */
  public boolean isKind() {
    return catalog.isPresent();
  }

  /**
   * The value that somebody has written in words.
   *
   * @param text such as {@code 1,2,4}
   * @return the value as JSON
   * @throws SettingException if it is none of this type
   */
  public JsonNode parse(String text) {
    if (!value.isList()) {
      return value.parse(text.strip());
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    if (!text.isBlank()) {
      for (String part : text.split(",", -1)) {
        list.add(value.parse(part.strip()));
      }
    }
    return list;
  }

  /**
   * What stands there, as a person would write it.
   *
   * @return such as {@code 1,2,4}, {@code off} or {@code cosine}
   */
  public String plain() {
    return ValueType.plain(now);
  }

  /**
   * The numbers it accepts.
   *
   * @return such as {@code 1 or more}; empty if any will do
   */
  public Optional<String> range() {
    return ValueType.range(about);
  }

  /** {@code betaStart} as {@code beta-start}. */
  static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
