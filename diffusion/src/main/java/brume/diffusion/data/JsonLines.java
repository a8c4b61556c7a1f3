package brume.diffusion.data;

import brume.tensor.Text;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/** A file beside pictures, of which each line that is not blank is an object of JSON. */
final class JsonLines implements Closeable {

  private static final int SHOWN = 60; // characters of what is wrong in a message

  /** What it makes of a file has its place in the heap, also of one that is packed small. */
  static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder()
              .maxDocumentLength(Runtime.getRuntime().maxMemory() / 16)
              .build())
          .build())
      .build();

  private final TextLines lines;
  private final String name;
  private final String remedy;
  private String line = "";

  /**
   * Opens it.
   *
   * @param source of all pictures
   * @param file its name there
   * @param remedy what to do about a line that is refused
   */
  JsonLines(PictureSource source, String file, String remedy) throws IOException {
    this.name = source.nameOf(file);
    this.lines = new TextLines(source.root().resolve(file), name, CodingErrorAction.REPORT);
    this.remedy = remedy;
  }

  /**
   * Reads on.
   *
   * @return the next object, or null after the last
   * @throws IOException if a line is no object, or cannot be read
   */
  @Nullable
  JsonNode next() throws IOException {
    for (String next = lines.next(); next != null; next = lines.next()) {
      line = next;
      if (!next.isBlank()) {
        return object();
      }
    }
    return null;
  }

  private JsonNode object() throws IOException {
    try {
      JsonNode node = JSON.readTree(line);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException none) {
      // said below
    }
    throw refused("an object of JSON in each line");
  }

  /** What is said of the line that {@link #next} gave. */
  IOException refused(String expected) {
    return new IOException(Text.of(
        "%s, line %d: expected %s, got %s; %s",
        name, lines.number(), expected, Text.shown(line, SHOWN), remedy));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
