package brume.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one engine measured in one round, as the scripts of this module write it.
 *
 * @param round from 1
 * @param engine who: {@code Brume, JDK 17} or {@code PyTorch, channels last}; or {@code machine}, whose
 *     figures are the processor's name, its cores, and the load when the round began
 * @param work what: {@code training}, {@code sampling} or {@code kernels}
 * @param shape of the work, in words; of kernels the figures tell it
 * @param others how many cores other programs kept busy meanwhile; null where that is not known
 * @param figures what the engine said
 */
record Line(
    int round,
    String engine,
    String work,
    String shape,
    @Nullable Double others,
    JsonNode figures) {

  private static final JsonMapper JSON = new JsonMapper();

  /** All lines of a file. */
  static List<Line> all(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String text : Files.readAllLines(file)) {
      lines.add(JSON.readValue(text, Line.class));
    }
    return lines;
  }

  /** All lines of a file that is named on the command line; ends the program with a sentence if it has others. */
  static List<Line> allOrEnd(String file) throws IOException {
    try {
      return all(Path.of(file));
    } catch (JsonProcessingException other) {
      System.err.printf(
          Locale.ROOT,
          "jmh: %s: expected figures as compare.sh writes them, a line of JSON each; %s%n",
          file,
          other.getOriginalMessage());
      System.exit(1);
      return List.of();
    }
  }

  boolean ours() {
    return engine.startsWith("Brume");
  }

  /** Whether it tells what was measured on. */
  boolean isMachine() {
    return engine.equals("machine");
  }

  /** What it was that was done: work and shape. */
  String task() {
    return work + " " + shape;
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
