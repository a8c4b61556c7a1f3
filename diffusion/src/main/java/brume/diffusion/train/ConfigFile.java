package brume.diffusion.train;

import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Configurations as JSON: read, laid one over the other, written. */
public final class ConfigFile {

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
      .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
      .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
      .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
      .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .build();

  private ConfigFile() {}

  /**
   * The settings of a configuration by section.
   *
   * @param config all settings
   * @return a tree that may be changed
   */
  public static ObjectNode toTree(RunConfig config) {
    return JSON.valueToTree(config);
  }

  /**
   * The configuration with the settings of a tree.
   *
   * @param tree all settings
   * @param source what to call the tree in a message
   * @return the configuration
   * @throws IOException if a setting is missing, unknown, or of the wrong kind
   */
  public static RunConfig fromTree(JsonNode tree, String source) throws IOException {
    try {
      return JSON.treeToValue(tree, RunConfig.class);
    } catch (MismatchedInputException wrong) {
      throw new IOException(source + ": " + expectation(tree, wrong), wrong);
    } catch (JsonProcessingException wrong) {
      throw new IOException(
          source + ": expected the settings of a run, got: " + firstLine(wrong), wrong);
    }
  }

  private static String expectation(JsonNode tree, MismatchedInputException wrong) {
    String path = wrong.getPath().stream()
        .map(JsonMappingException.Reference::getFieldName)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("."));
    if (wrong instanceof UnrecognizedPropertyException) {
      return "expected settings such as in the config.json of a run, got '%s'".formatted(path);
    }
    JsonNode got = tree.at("/" + path.replace('.', '/'));
    return "expected %s for %s, got %s"
        .formatted(kind(wrong.getTargetType()), path, got.isMissingNode() ? "nothing" : got);
  }

  private static String kind(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == int.class || type == Integer.class || type == long.class) {
      return "a whole number";
    }
    if (type == double.class) {
      return "a number";
    }
    if (type == boolean.class) {
      return "true or false";
    }
    return type == List.class ? "a list of whole numbers" : "another kind of value";
  }

  /**
   * Reads a whole configuration.
   *
   * @param file holds all settings
   * @return the configuration
   * @throws IOException if it cannot be read or is no configuration
   */
  public static RunConfig read(Path file) throws IOException {
    return fromTree(readTree(file), file.toString());
  }

  /**
   * Lays some settings over a configuration.
   *
   * @param file holds sections with some settings
   * @param base changed in place
   * @throws IOException if the file cannot be read or has a setting that {@code base} lacks
   */
  public static void overlay(Path file, ObjectNode base) throws IOException {
    overlay(readTree(file), base, file, "");
  }

  private static void overlay(JsonNode from, ObjectNode onto, Path file, String path)
      throws IOException {
    for (Map.Entry<String, JsonNode> setting : from.properties()) {
      String name = path + setting.getKey();
      JsonNode before = onto.get(setting.getKey());
      if (before == null || before.isObject() != setting.getValue().isObject()) {
        throw new IOException("%s: expected settings such as in the config.json of a run, got '%s'"
            .formatted(file, name));
      }
      if (before instanceof ObjectNode section) {
        overlay(setting.getValue(), section, file, name + ".");
      } else {
        onto.set(setting.getKey(), setting.getValue());
      }
    }
  }

  /**
   * Writes a whole configuration, replacing the file at one stroke.
   *
   * @param file where to
   * @param config all settings
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, RunConfig config) throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultPrettyPrinter.FixedSpaceIndenter.instance);
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    byte[] json =
        (JSON.writer(printer).writeValueAsString(config) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, json);
  }

  private static JsonNode readTree(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("%s: expected a JSON file with settings, got %s"
          .formatted(file, Files.isDirectory(file) ? "a folder" : "nothing at this path"));
    }
    try {
      JsonNode tree = JSON.readTree(file.toFile());
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException wrong) {
      throw notJson(file, wrong);
    }
    throw new IOException(
        file + ": expected a JSON object with the settings of a run, got something else");
  }

  /**
   * Says where a file stops being JSON.
   *
   * @param file what was read
   * @param wrong what its reader says
   * @return what to throw
   */
  public static IOException notJson(Path file, JsonProcessingException wrong) {
    JsonLocation where = wrong.getLocation();
    // Where something began is told as a place in a source whose name Jackson hides.
    String what = firstLine(wrong).replaceFirst(" \\(start marker at .*", "");
    return new IOException(
        "%s: expected JSON, got at line %d, column %d: %s"
            .formatted(file, where.getLineNr(), where.getColumnNr(), what),
        wrong);
  }

  private static String firstLine(JsonProcessingException wrong) {
    return wrong.getOriginalMessage().lines().findFirst().orElse("something else");
  }
}
