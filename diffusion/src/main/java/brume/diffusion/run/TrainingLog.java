package brume.diffusion.run;

import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of JSON a step: what there is to plot afterwards. Lines are on the disk, even after a power
 * failure, once {@link #force} has returned; behind them anything may be found then.
 */
public final class TrainingLog implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
      .build();

  private static final String MEMORY = "memory";
  private static final Duration BETWEEN_FLUSHES = Duration.ofSeconds(1); // for who watches

  private final Path file;
  private final FileChannel bytes;
  private final Writer out;
  private Instant lastFlush = Instant.now();

  private TrainingLog(Path file, FileChannel bytes) {
    this.file = file;
    this.bytes = bytes;
    this.out = new BufferedWriter(Channels.newWriter(bytes, StandardCharsets.UTF_8));
  }

  /**
   * What is known after a step.
   *
   * @param step its number, from 1
   * @param loss mean over the batch
   * @param gradientNorm norm of all gradients before clipping
   * @param learningRate in force
   * @param seconds the step took
   * @param memory that the process keeps then, in MiB; null where the system does not tell, and in logs of
   *     earlier versions
   */
  public record Line(
      int step,
      double loss,
      double gradientNorm,
      double learningRate,
      double seconds,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long memory) {

    /**
     * The line as JSON.
     *
     * @return an object of all components by their names
     */
    public ObjectNode tree() {
      return JSON.valueToTree(this);
    }
  }

  /**
   * Opens a log to go on after a step. Lines of later steps, left by a run that was killed after its
   * last checkpoint, are dropped, and whatever a power failure made of them: those steps will be done
   * again.
   *
   * @param file the log, created if missing
   * @param step number of the last step done, 0 at the start
   * @return the log
   * @throws IOException if the file cannot be read or written, or one of the lines up to that step is
   *     no line of a log
   */
  public static TrainingLog resume(Path file, int step) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (Line line : read(file, step)) {
      if (line.step() <= step) {
        kept.append(JSON.writeValueAsString(line)).append('\n');
      }
    }
    AtomicFile.write(file, kept.toString().getBytes(StandardCharsets.UTF_8));
    return new TrainingLog(
        file, FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
  }

  /**
   * Reads the lines of a log. A last line that was cut off is left out.
   *
   * @param file the log
   * @return its lines; none if there is no file
   * @throws IOException if it cannot be read, or a line in the middle is no line of a log
   */
  public static List<Line> read(Path file) throws IOException {
    return read(file, Integer.MAX_VALUE);
  }

  /** The lines up to the first of a step; what comes behind it is not looked at. */
  private static List<Line> read(Path file, int lastStep) throws IOException {
    List<Line> lines = new ArrayList<>();
    if (!Files.exists(file) || lastStep == 0) {
      return lines;
    }
    String[] texts = texts(file);
    for (int i = 0; i < texts.length; i++) {
      try {
        Line line = line(texts[i]);
        lines.add(line);
        if (line.step() >= lastStep) {
          return lines;
        }
      } catch (JsonProcessingException broken) {
        if (i < texts.length - 1) {
          throw new IOException(
              Text.of("%s: expected a line of JSON a step, line %d is none", file, i + 1), broken);
        }
      }
    }
    return lines;
  }

  /** The greatest step of the lines that can be read; 0 if there are none. */
  static int lastStep(Path file) throws IOException {
    int last = 0;
    if (Files.exists(file)) {
      for (String text : texts(file)) {
        try {
          last = Math.max(last, line(text).step());
        } catch (JsonProcessingException broken) {
          continue;
        }
      }
    }
    return last;
  }

  /** Bytes that are no text are found to be no JSON later; decoding does not stop at them. */
  private static String[] texts(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n");
  }

  private static Line line(String text) throws JsonProcessingException {
    if (!(JSON.readTree(text) instanceof ObjectNode tree)) {
      throw new JsonParseException(null, "expected a line of a log, got something else");
    }
    if (!tree.has(MEMORY)) {
      tree.putNull(MEMORY);
    }
    return JSON.treeToValue(tree, Line.class);
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
      Instant now = Instant.now();
      if (lastFlush.plus(BETWEEN_FLUSHES).isBefore(now)) {
        lastFlush = now;
        out.flush();
      }
    } catch (IOException full) {
      throw refused(full);
    }
  }

  /**
   * Waits until the disk has all lines.
   *
   * @throws IOException if the disk refuses them
   */
  public void force() throws IOException {
    try {
      out.flush();
      bytes.force(true);
    } catch (IOException full) {
      throw refused(full);
    }
  }

  private IOException refused(IOException cause) {
    return new IOException(
        Text.of(
            "%s: expected to write a line a step, got: %s; go on from the last checkpoint with --resume",
            file, cause.getMessage()),
        cause);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
