package brume.diffusion.exchange;

import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The options of one part of a pipeline, read one by one. One that is absent has the value that diffusers
 * gives it; null is a value of its own, which only some options have; those that Brume does not know must
 * be off. Remembers what was read.
 */
final class Options {

  private static final int SHOWN = 120; // characters of what is wrong

  private final JsonNode tree;
  private final String source;
  private final Set<String> read = new LinkedHashSet<>();

  /** Options of a tree, which messages call by the name of its source. */
  Options(JsonNode tree, String source) {
    this.tree = tree;
    this.source = source;
  }

  /** The options in a file. */
  static Options read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": expected a file of a diffusers pipeline, found none");
    }
    return new Options(SettingsFile.readPython(file), file.toString());
  }

  /** An option that is there and not null, where null means the same as absence. */
  boolean has(String name) {
    read.add(name);
    return tree.hasNonNull(name);
  }

  private boolean isThere(String name) {
    read.add(name);
    return tree.has(name);
  }

  String text(String name, String byDefault) throws IOException {
    return isThere(name) ? typed(name, JsonNode::isTextual, "a text").asText() : byDefault;
  }

  int integer(String name, int byDefault) throws IOException {
    return isThere(name) ? typed(name, Options::isWhole, "an integer").asInt() : byDefault;
  }

  double number(String name, double byDefault) throws IOException {
    return isThere(name) ? typed(name, Options::isFinite, "a number").asDouble() : byDefault;
  }

  boolean flag(String name, boolean byDefault) throws IOException {
    return isThere(name)
        ? typed(name, JsonNode::isBoolean, "true or false").asBoolean()
        : byDefault;
  }

  /** Flags, at least one. */
  List<Boolean> flags(String name, List<Boolean> byDefault) throws IOException {
    return list(name, JsonNode::isBoolean, JsonNode::asBoolean, "true or false", byDefault);
  }

  /** Texts, at least one. */
  List<String> texts(String name, List<String> byDefault) throws IOException {
    return list(name, JsonNode::isTextual, JsonNode::asText, "texts", byDefault);
  }

  /** Integers, at least one. */
  List<Integer> integers(String name, List<Integer> byDefault) throws IOException {
    return list(name, Options::isWhole, JsonNode::asInt, "integers", byDefault);
  }

  /** Numbers, at least one. */
  List<Double> numbers(String name) throws IOException {
    return list(name, Options::isFinite, JsonNode::asDouble, "numbers", List.of());
  }

  /** A value that is no list counts as a list of one. */
  private <T> List<T> list(
      String name,
      Predicate<JsonNode> type,
      Function<JsonNode, T> value,
      String expected,
      List<T> byDefault)
      throws IOException {
    if (!isThere(name) && !byDefault.isEmpty()) {
      return byDefault;
    }
    JsonNode option = tree.path(name);
    List<T> elements = new ArrayList<>();
    for (JsonNode element : option.isArray() ? option : List.of(option)) {
      if (!type.test(element)) {
        throw wrong(name, expected);
      }
      elements.add(value.apply(element));
    }
    if (elements.isEmpty()) {
      throw wrong(name, expected);
    }
    return elements;
  }

  /** Python writes numbers that are none as NaN, Infinity and -Infinity. */
  private static boolean isFinite(JsonNode value) {
    return value.isNumber() && Double.isFinite(value.doubleValue());
  }

  /** An integer, though it may be written as 100.0. */
  private static boolean isWhole(JsonNode value) {
    return value.isNumber()
        && value.canConvertToInt()
        && value.doubleValue() == Math.rint(value.doubleValue());
  }

  /** What the value of an option stands for. */
  <T> T choice(String name, String byDefault, Map<String, T> choices) throws IOException {
    T chosen = choices.get(text(name, byDefault));
    if (chosen == null) {
      throw wrong(name, "one of " + String.join(", ", new TreeSet<>(choices.keySet())));
    }
    return chosen;
  }

  /** Takes options that older versions wrote and that change nothing. */
  void ignore(String... names) {
    read.addAll(List.of(names));
  }

  /** Refuses options that were never read, unless they are off. */
  void refuseOthers() throws IOException {
    for (Map.Entry<String, JsonNode> option : tree.properties()) {
      String name = option.getKey();
      boolean off = option.getValue().isNull()
          || option.getValue().isBoolean() && !option.getValue().asBoolean();
      if (!off && !name.startsWith("_") && !read.contains(name)) {
        throw new IOException(Text.of(
            "%s: expected options known to Brume, got %s = %s",
            source, Text.shown(name, SHOWN), shown(option.getValue())));
      }
    }
  }

  /** Says what was expected of an option. */
  IOException wrong(String name, String expected) {
    return new IOException(Text.of(
        "%s: expected %s to be %s, got %s",
        source,
        Text.shown(name, SHOWN),
        expected,
        tree.has(name) ? shown(tree.get(name)) : "nothing"));
  }

  private static String shown(JsonNode value) {
    return Text.shown(value.toString(), SHOWN);
  }

  /** An option that is there and null. */
  boolean isNull(String name) {
    read.add(name);
    return tree.path(name).isNull();
  }

  /** An option that is a list with nothing in it. */
  boolean isEmptyList(String name) {
    read.add(name);
    return tree.path(name).isArray() && tree.path(name).isEmpty();
  }

  /** Names of all options but comments. */
  List<String> names() {
    return tree.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !name.startsWith("_"))
        .toList();
  }

  /** Where they come from. */
  String source() {
    return source;
  }

  /** All of them. */
  JsonNode tree() {
    return tree;
  }

  private JsonNode typed(String name, Predicate<JsonNode> type, String expected)
      throws IOException {
    JsonNode value = tree.path(name);
    if (!type.test(value)) {
      throw wrong(name, expected);
    }
    return value;
  }

  /** None at all. */
  static Options none(String source) {
    return new Options(JsonNodeFactory.instance.objectNode(), source);
  }
}
