package brume.diffusion.text;

import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json} say of
 * tokens that are more than words. The second counts more than the first, unless the first has a table of
 * all added tokens.
 */
final class SpecialTokens {

  private static final String CONFIG = "tokenizer_config.json", MAP = "special_tokens_map.json";
  private static final String ADDED = "added_tokens.json", TABLE = "added_tokens_decoder";
  private static final List<String> SEVERAL =
      List.of("additional_special_tokens", "extra_special_tokens");

  private final Path folder;
  private final JsonNode config;
  private final JsonNode map;
  private final Map<String, Special> table = new LinkedHashMap<>(); // by content
  private final Map<String, Integer> numbers =
      new LinkedHashMap<>(); // that the files themselves give

  /**
   * A token as the files describe it.
   *
   * @param content its letters
   * @param normalized whether it is looked for in the text in lower case, or else as it is
   * @param single whether it counts only where it stands alone
   */
  record Special(String content, boolean normalized, boolean single) {}

  private SpecialTokens(Path folder, JsonNode config, JsonNode map) {
    this.folder = folder;
    this.config = config;
    this.map = map;
  }

  /** Reads those files that are there. */
  static SpecialTokens read(Path folder) throws IOException {
    SpecialTokens tokens =
        new SpecialTokens(folder, tree(folder.resolve(CONFIG)), tree(folder.resolve(MAP)));
    tokens.readTable();
    return tokens;
  }

  private static JsonNode tree(Path file) throws IOException {
    return Files.exists(file)
        ? SettingsFile.readPython(file)
        : JsonNodeFactory.instance.objectNode();
  }

  private void readTable() throws IOException {
    for (Map.Entry<String, JsonNode> entry : config.path(TABLE).properties()) {
      Special token = special(TABLE, entry.getValue());
      if (!entry.getKey().matches("\\d{1,7}")
          || Integer.parseInt(entry.getKey()) >= Vocabulary.MOST) {
        throw wrong(TABLE, "numbers of tokens", entry.getKey());
      }
      table.put(token.content(), token);
      numbers.put(token.content(), Integer.parseInt(entry.getKey()));
    }
    Path added = folder.resolve(ADDED);
    if (table.isEmpty() && Files.exists(added)) {
      Vocabulary.read(added).numbers().forEach((name, number) -> {
        table.put(name, new Special(name, true, false));
        numbers.put(name, number);
      });
    }
  }

  /** Numbers of tokens that no other file need have. */
  Map<String, Integer> numbers() {
    return numbers;
  }

  /** The letters of a mark, such as {@code pad_token}. */
  String mark(String name, String byDefault) throws IOException {
    JsonNode said = said(name);
    return said.isMissingNode() || said.isNull()
        ? byDefault
        : special(name, said).content();
  }

  /** What the files name of these marks, and all that is added: of one content the plainer counts. */
  List<Special> all(List<String> marks) throws IOException {
    Map<String, Special> all = new LinkedHashMap<>(table);
    List<Special> named = new ArrayList<>();
    for (String name : marks) {
      JsonNode said = said(name);
      if (!said.isMissingNode() && !said.isNull()) {
        named.add(special(name, said));
      }
    }
    for (String name : SEVERAL) {
      JsonNode said = said(name);
      for (JsonNode each : said.isArray() ? said : List.<JsonNode>of()) {
        named.add(special(name, each));
      }
    }
    for (Special token : named) {
      all.merge(token.content(), token, (one, other) -> one.normalized() ? other : one);
    }
    return new ArrayList<>(all.values());
  }

  /** How long texts may be; files without an end say 10³⁰. */
  int length(int byDefault, int most) throws IOException {
    JsonNode length = config.path("model_max_length");
    if (length.isMissingNode() || length.isNull()) {
      return byDefault;
    }
    if (!length.isNumber() || !(length.doubleValue() >= 2)) {
      throw wrong("model_max_length", "a number of 2 or more", length.toString());
    }
    return length.doubleValue() > most ? byDefault : (int) length.doubleValue();
  }

  /** A flag of the settings. */
  boolean flag(String name, boolean byDefault) throws IOException {
    JsonNode flag = config.path(name);
    if (flag.isMissingNode() || flag.isNull()) {
      return byDefault;
    }
    if (!flag.isBoolean()) {
      throw wrong(name, "true or false", flag.toString());
    }
    return flag.booleanValue();
  }

  private JsonNode said(String name) {
    boolean mapped = config.path(TABLE).isMissingNode() && map.hasNonNull(name);
    return mapped ? map.path(name) : config.path(name);
  }

  /** A plain text is looked for as it is, unless the table says otherwise. */
  private Special special(String name, JsonNode said) throws IOException {
    if (said.isTextual()) {
      Special known = table.get(said.textValue());
      return known != null ? known : new Special(said.textValue(), false, false);
    }
    JsonNode content = said.path("content");
    if (!content.isTextual()) {
      throw wrong(name, "a token with its content", said.toString());
    }
    boolean normalized = said.path("normalized").asBoolean(!said.path("special").asBoolean(true));
    return new Special(content.textValue(), normalized, said.path("single_word").asBoolean(false));
  }

  private IOException wrong(String name, String expected, String got) {
    return new IOException(Text.of(
        "%s: expected %s to have %s, got %s",
        folder.resolve(CONFIG), name, expected, Text.shown(got, Vocabulary.SHOWN)));
  }

  /** The files for a vocabulary with CLIP's marks, as they are published. */
  static ObjectNode ofClip(int length) {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("add_prefix_space", false).put("do_lower_case", true).put("errors", "replace");
    file.put("model_max_length", length).put("tokenizer_class", "CLIPTokenizer");
    file.setAll(marksOfClip());
    for (String name : List.of("bos_token", "eos_token", "unk_token")) {
      ((ObjectNode) file.get(name)).put("__type", "AddedToken");
    }
    return file;
  }

  /** The marks alone. */
  static ObjectNode marksOfClip() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.set("bos_token", normalized(ClipTokenizer.BEGIN));
    file.set("eos_token", normalized(ClipTokenizer.END));
    file.put("pad_token", ClipTokenizer.END);
    file.set("unk_token", normalized(ClipTokenizer.END));
    return file;
  }

  private static ObjectNode normalized(String content) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("content", content)
        .put("lstrip", false)
        .put("normalized", true)
        .put("rstrip", false)
        .put("single_word", false);
  }
}
