package brume.diffusion.tensorboard;

import brume.tensor.Text;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file of events: records of TFRecord, each with its length and two checksums, that hold messages
 * {@code tensorflow.Event}. TensorBoard reads all files of a folder in the order of their names and
 * shows a file that is being written, too.
 */
public final class EventFile implements AutoCloseable {

  private static final String BEGIN = "events.out.tfevents.";
  private static final int MASK = 0xa282ead8;

  // Numbers of fields, from tensorflow/core/util/event.proto and core/framework/*.proto.
  private static final int EVENT_TIME = 1, EVENT_STEP = 2, EVENT_VERSION = 3;
  private static final int EVENT_SUMMARY = 5, EVENT_SESSION = 7;
  private static final int SESSION_STATUS = 1, SESSION_START = 1;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1, VALUE_SIMPLE = 2, VALUE_IMAGE = 4, VALUE_TENSOR = 8;
  private static final int VALUE_METADATA = 9, METADATA_PLUGIN = 1, PLUGIN_NAME = 1;
  private static final int IMAGE_HEIGHT = 1, IMAGE_WIDTH = 2, IMAGE_CHANNELS = 3, IMAGE_BYTES = 4;
  private static final int TENSOR_TYPE = 1, TENSOR_SHAPE = 2, TENSOR_TEXT = 8, TYPE_TEXT = 7;
  private static final int SHAPE_SIZES = 2, SIZE = 1;
  private static final int PNG_WIDTH = 16, PNG_HEIGHT = 20, PNG_COLOR = 25; // places in the header

  private final Path file;
  private final Clock clock;
  private final OutputStream out;

  private EventFile(Path file, Clock clock, OutputStream out) {
    this.file = file;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Begins a file behind those of the folder.
   *
   * @param folder of all files of a run, created if missing
   * @param step number of the last step done; what earlier files say of later ones, which a run did
   *     before it was killed, is no longer shown
   * @param clock tells when events happen
   * @return the file
   * @throws IOException if it cannot be made
   */
  public static EventFile create(Path folder, int step, Clock clock) throws IOException {
    Files.createDirectories(folder);
    List<String> others;
    try (Stream<Path> files = Files.list(folder)) {
      others = files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(BEGIN))
          .sorted()
          .toList();
    }
    // The seconds and a number, so that names are in order whatever the clock does.
    long seconds = Math.max(clock.instant().getEpochSecond(), seconds(others));
    Path file = folder.resolve(Text.of("%s%010d.%06d.brume", BEGIN, seconds, others.size()));
    OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    EventFile events = new EventFile(file, clock, new BufferedOutputStream(out));
    events.add(0, new Message().text(EVENT_VERSION, "brain.Event:2"));
    if (!others.isEmpty()) {
      Message start = new Message().number(SESSION_STATUS, SESSION_START);
      events.add(step + 1L, new Message().message(EVENT_SESSION, start));
    }
    return events;
  }

  private static long seconds(List<String> names) {
    return names.stream()
        .map(name -> name.substring(BEGIN.length()).replaceFirst("\\..*", ""))
        .filter(number -> number.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .max()
        .orElse(0);
  }

  /**
   * Adds a point to curves.
   *
   * @param step number of the step
   * @param values by the names of the curves
   * @throws UncheckedIOException if the disk refuses it
   */
  public void scalars(int step, Map<String, Double> values) {
    Message summary = new Message();
    values.forEach((tag, value) -> summary.message(
        SUMMARY_VALUE, new Message().text(VALUE_TAG, tag).real(VALUE_SIMPLE, value.floatValue())));
    add(step, new Message().message(EVENT_SUMMARY, summary));
  }

  /**
   * Adds a picture.
   *
   * @param step number of the step
   * @param tag name of the pictures
   * @param png the whole file
   * @throws UncheckedIOException if the disk refuses it
   */
  public void picture(int step, String tag, byte[] png) {
    ByteBuffer header = ByteBuffer.wrap(png);
    int channels =
        switch (png[PNG_COLOR]) {
          case 0 -> 1; // grey
          case 4 -> 2; // and alpha
          case 6 -> 4; // red, green, blue, alpha
          default -> 3;
        };
    Message image = new Message()
        .number(IMAGE_HEIGHT, header.getInt(PNG_HEIGHT))
        .number(IMAGE_WIDTH, header.getInt(PNG_WIDTH))
        .number(IMAGE_CHANNELS, channels)
        .bytes(IMAGE_BYTES, png);
    add(step, summary(new Message().text(VALUE_TAG, tag).message(VALUE_IMAGE, image)));
  }

  /**
   * Adds a text.
   *
   * @param step number of the step
   * @param tag name of the text
   * @param markdown the text, as Markdown
   * @throws UncheckedIOException if the disk refuses it
   */
  public void text(int step, String tag, String markdown) {
    Message shape = new Message().message(SHAPE_SIZES, new Message().number(SIZE, 1));
    Message tensor = new Message()
        .number(TENSOR_TYPE, TYPE_TEXT)
        .message(TENSOR_SHAPE, shape)
        .text(TENSOR_TEXT, markdown);
    Message plugin =
        new Message().message(METADATA_PLUGIN, new Message().text(PLUGIN_NAME, "text"));
    add(
        step,
        summary(new Message()
            .text(VALUE_TAG, tag)
            .message(VALUE_TENSOR, tensor)
            .message(VALUE_METADATA, plugin)));
  }

  private static Message summary(Message value) {
    return new Message().message(EVENT_SUMMARY, new Message().message(SUMMARY_VALUE, value));
  }

  private void add(long step, Message what) {
    byte[] when = new Message()
        .real(EVENT_TIME, clock.millis() * 1e-3)
        .number(EVENT_STEP, step)
        .toBytes();
    byte[] rest =
        what.toBytes(); // fields may come in any order, so messages are joined by their bytes
    byte[] event = Arrays.copyOf(when, when.length + rest.length);
    System.arraycopy(rest, 0, event, when.length, rest.length);
    byte[] length = Message.little(Long.BYTES).putLong(event.length).array();
    try {
      out.write(length);
      out.write(maskedSum(length));
      out.write(event);
      out.write(maskedSum(event));
    } catch (IOException full) {
      throw refused(full);
    }
  }

  /** The checksum of a record, turned and moved so that sums of sums say something. */
  private static byte[] maskedSum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    int masked = Integer.rotateRight((int) sum.getValue(), 15) + MASK;
    return Message.little(Integer.BYTES).putInt(masked).array();
  }

  /**
   * Lets readers see all that was added.
   *
   * @throws UncheckedIOException if the disk refuses it
   */
  public void flush() {
    try {
      out.flush();
    } catch (IOException full) {
      throw refused(full);
    }
  }

  private UncheckedIOException refused(IOException cause) {
    return new UncheckedIOException(new IOException(
        Text.of(
            "%s: expected to write events for TensorBoard, got: %s; go on from the last checkpoint with"
                + " --resume",
            file, cause.getMessage()),
        cause));
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
