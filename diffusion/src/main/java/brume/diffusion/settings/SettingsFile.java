package brume.diffusion.settings;

import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings in JSON files: strict in reading, pretty in writing. */
public final class SettingsFile {

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private static final int MOST_SHOWN = 200; // characters of what is wrong
  private static final JsonMapper OF_PYTHON =
      JSON.rebuild().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private SettingsFile() {}

  /**
   * Reads an object.
   *
   * @param file a file or a pipe
   * @return a JSON object
   * @throws IOException if it cannot be read, or is not one object of JSON and nothing else
   */
  public static JsonNode read(Path file) throws IOException {
    return read(file, JSON);
  }

  /**
   * Reads an object as programs in Python write it: with NaN, Infinity and -Infinity among its numbers.
   *
   * @param file a file or a pipe
   * @return a JSON object
   * @throws IOException as of {@link #read(Path)}
   */
  public static JsonNode readPython(Path file) throws IOException {
    return read(file, OF_PYTHON);
  }

  private static JsonNode read(Path file, JsonMapper json) throws IOException {
    if (!Files.exists(file) || Files.isDirectory(file)) {
      throw new IOException(Text.of(
          "%s: expected a JSON file with settings, got %s",
          file, Files.isDirectory(file) ? "a folder" : "nothing at this path"));
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), json);
    }
  }

  /**
   * Reads an object.
   *
   * @param in its bytes
   * @param source what to call it in a message
   * @return a JSON object
   * @throws IOException if it is not one object of JSON and nothing else
   */
  public static JsonNode read(InputStream in, String source) throws IOException {
    return read(in, source, JSON);
  }

  private static JsonNode read(InputStream in, String source, JsonMapper json) throws IOException {
    try {
      JsonNode tree = json.readTree(in);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException wrong) {
      throw notJson(source, wrong);
    } catch (CharConversionException wrong) { // of bytes that look like UTF-32 and are not
      throw new IOException(source + ": expected JSON in UTF-8, got other bytes", wrong);
    }
    throw new IOException(source + ": expected a JSON object with settings, got something else");
  }

  /**
   * Writes an object, replacing the file at one stroke.
   *
   * @param file where to
   * @param tree the object
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, JsonNode tree) throws IOException {
    AtomicFile.write(file, text(tree).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An object as people read it.
   *
   * @param tree the object
   * @return lines of JSON
   */
  public static String text(JsonNode tree) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultPrettyPrinter.FixedSpaceIndenter.instance);
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try {
      return JSON.writer(printer).writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree that was read can be written", impossible);
    }
  }

  /**
   * Says where a file stops being JSON.
   *
   * @param source what was read
   * @param wrong what its reader says
   * @return what to throw
   */
  public static IOException notJson(String source, JsonProcessingException wrong) {
    JsonLocation where = wrong.getLocation();
    // Where something began is told as a place in a source whose name Jackson hides.
    String what =
        wrong instanceof StreamConstraintsException // whose text has the digits of the place
            ? "more levels, or more letters or digits in one value, than any setting has"
            : wrong
                .getOriginalMessage()
                .lines()
                .findFirst()
                .orElse("something else")
                .replaceFirst(" \\(start marker at .*", "");
    String place = where == null || where.getLineNr() < 1
        ? ""
        : Text.of(" at line %d, column %d", where.getLineNr(), where.getColumnNr());
    return new IOException(
        Text.of("%s: expected JSON, got%s: %s", source, place, Text.shown(what, MOST_SHOWN)),
        wrong);
  }
}
