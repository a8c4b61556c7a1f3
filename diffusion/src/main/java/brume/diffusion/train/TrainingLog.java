package brume.diffusion.train;

import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** One line of JSON a step: what there is to plot afterwards. */
public final class TrainingLog implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final BufferedWriter out;

  private TrainingLog(Path file, BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  /**
   * What is known after a step.
   *
   * @param step its number, from 1
   * @param loss mean over the batch
   * @param gradientNorm norm of all gradients before clipping
   * @param learningRate in force
   * @param seconds the step took
   */
  public record Line(
      int step, double loss, double gradientNorm, double learningRate, double seconds) {}

  /**
   * Opens a log to go on after a step. Lines of later steps, left by a run that was killed after its
   * last checkpoint, are dropped: those steps will be done again.
   *
   * @param file the log, created if missing
   * @param step number of the last step done, 0 at the start
   * @return the log
   * @throws IOException if the file cannot be read or written
   */
  public static TrainingLog resume(Path file, int step) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (Line line : read(file)) {
      if (line.step() <= step) {
        kept.append(JSON.writeValueAsString(line)).append('\n');
      }
    }
    byte[] bytes = kept.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, bytes);
    return new TrainingLog(
        file, Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND));
  }

  /**
   * Reads the lines of a log. A last line that was cut off is left out.
   *
   * @param file the log
   * @return its lines; none if there is no file
   * @throws IOException if it cannot be read, or a line in the middle is no line of a log
   */
  public static List<Line> read(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    if (!Files.exists(file)) {
      return lines;
    }
    List<String> texts = Files.readAllLines(file);
    for (int i = 0; i < texts.size(); i++) {
      try {
        lines.add(JSON.readValue(texts.get(i), Line.class));
      } catch (JsonProcessingException broken) {
        if (i < texts.size() - 1) {
          throw new IOException(
              "%s: expected a line of JSON a step, line %d is none".formatted(file, i + 1), broken);
        }
      }
    }
    return lines;
  }

  /**
   * Adds a line.
   *
   * @param line what is known after a step
   * @throws IOException if the disk refuses it
   */
  public void add(Line line) throws IOException {
    try {
      out.write(JSON.writeValueAsString(line));
      out.write('\n');
    } catch (IOException full) {
      throw refused(full);
    }
  }

  /**
   * Hands all lines to the system.
   *
   * @throws IOException if the disk refuses them
   */
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException full) {
      throw refused(full);
    }
  }

  private IOException refused(IOException cause) {
    return new IOException(
        "%s: expected to write a line a step, got: %s; go on from the last checkpoint with --resume"
            .formatted(file, cause.getMessage()),
        cause);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
