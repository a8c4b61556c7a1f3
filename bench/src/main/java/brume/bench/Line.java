package brume.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one engine measured in one round, as the scripts of this module write it.
 *
 * @param round from 1
 * @param engine who: {@code Brume, JDK 17} or {@code PyTorch, channels last}
 * @param work what: {@code training}, {@code sampling} or {@code kernels}
 * @param shape of the work, in words; of kernels the figures tell it
 * @param figures what the engine said
 */
record Line(int round, String engine, String work, String shape, JsonNode figures) {

  private static final JsonMapper JSON = new JsonMapper();

  /** All lines of a file. */
  static List<Line> all(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String text : Files.readAllLines(file)) {
      lines.add(JSON.readValue(text, Line.class));
    }
    return lines;
  }

  boolean ours() {
    return engine.startsWith("Brume");
  }

  /** A number of a step; NaN if it was not measured. */
  double number(String name) {
    return figures.path(name).asDouble(Double.NaN);
  }

  /** The figure of a kernel. */
  Figure kernel() throws IOException {
    return JSON.treeToValue(figures, Figure.class);
  }
}
