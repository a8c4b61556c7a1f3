package brume.diffusion.text;

import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Names of tokens and their numbers.
 *
 * @param numbers by name
 */
record Vocabulary(Map<String, Integer> numbers) {

  static final int MOST = 1 << 22; // tokens; the largest vocabularies have a quarter million
  static final int SHOWN = 60; // characters of a name in a message

  /** Keeps a copy in the same order. {@inheritDoc} */
  Vocabulary {
    numbers = new LinkedHashMap<>(numbers);
  }

  /** Reads {@code vocab.json}, or another object of names and numbers. */
  static Vocabulary read(Path file) throws IOException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Set<Integer> taken = new HashSet<>();
    for (Map.Entry<String, JsonNode> token : SettingsFile.read(file).properties()) {
      JsonNode number = token.getValue();
      boolean fits = number.isInt() && number.intValue() >= 0 && number.intValue() < MOST;
      if (!fits || !taken.add(number.intValue())) {
        throw new IOException(Text.of(
            "%s: expected tokens with a number of their own each, 0 to %d, got %s for %s",
            file,
            MOST - 1,
            Text.shown(number.toString(), SHOWN),
            Text.shown(token.getKey(), SHOWN)));
      }
      numbers.put(token.getKey(), number.intValue());
    }
    return new Vocabulary(numbers);
  }

  /** The number of a token, if there is such. */
  OptionalInt of(String name) {
    Integer number = numbers.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** One more than the largest number. */
  int size() {
    return 1 + numbers.values().stream().mapToInt(number -> number).max().orElse(-1);
  }

  /** The same with more tokens. */
  Vocabulary with(Map<String, Integer> more) {
    Map<String, Integer> all = new LinkedHashMap<>(numbers);
    all.putAll(more);
    return new Vocabulary(all);
  }

  /** Names by number. */
  Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    numbers.forEach((name, number) -> names.put(number, name));
    return names;
  }

  /** As a file has it. */
  JsonNode tree() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    numbers.forEach(tree::put);
    return tree;
  }
}
