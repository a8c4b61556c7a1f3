package brume.diffusion.report;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The log of a run while it grows: each byte is read once. A run that goes on from a checkpoint writes its
 * log anew, which is seen by the bytes before the place where reading stopped: they are not what they were.
 * Lines that are none of a log are passed over, as the page shows runs of whoever wrote them.
 */
public final class GrowingLog {

  private static final int REMEMBERED = 128; // bytes before the place where reading stopped

  private final Path file;
  private Curve curve = new Curve();
  private LogReader reader = new LogReader(0);
  private final List<Mark> marks = new ArrayList<>(); // one a portion
  private byte[] before = {};

  /**
   * A place in the log, to find steps without a look at all before.
   *
   * @param step last one before the place
   * @param position in bytes
   */
  private record Mark(int step, long position) {}

  /**
   * Reads nothing yet.
   *
   * @param file the log, which need not be there yet
   */
  public GrowingLog(Path file) {
    this.file = file;
  }

  /**
   * What a reader of the curve does while it does not change.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Look<T> {

    /**
     * Looks.
     *
     * @param curve of all lines so far
     * @return what came of it
     * @throws IOException if that cannot be told
     */
    T at(Curve curve) throws IOException;
  }

  /**
   * Reads what has been added, then lets somebody look.
   *
   * @param look what to do with it
   * @param <T> what comes of it
   * @return the same
   * @throws IOException if there is a log that cannot be read
   */
  public synchronized <T> T read(Look<T> look) throws IOException {
    if (Files.exists(file)) {
      try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
        readNew(in);
      }
    }
    return look.at(curve);
  }

  private void readNew(FileChannel in) throws IOException {
    if (!goesOn(in)) {
      curve = new Curve();
      reader = new LogReader(0);
      marks.clear();
    }
    while (reader.portion(in, line -> line.addTo(curve))) {
      if (reader.atLine()) {
        marks.add(new Mark(reader.step(), reader.position()));
      }
    }
    int kept = (int) Math.min(REMEMBERED, reader.position());
    before = LogReader.bytes(in, reader.position() - kept, kept);
  }

  private boolean goesOn(FileChannel in) throws IOException {
    long position = reader.position();
    return in.size() >= position
        && Arrays.equals(before, LogReader.bytes(in, position - before.length, before.length));
  }

  /**
   * A curve of some steps alone, which has finer buckets than that of all.
   *
   * @param first of the steps
   * @param last of the steps
   * @return the curve, of no lines where there are none
   * @throws IOException if there is a log that cannot be read
   */
  public synchronized Curve between(int first, int last) throws IOException {
    Curve part = new Curve();
    if (Files.exists(file)) {
      try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
        readNew(in);
        LogReader again = new LogReader(placeBefore(first));
        boolean more = true;
        while (more && again.step() <= last) {
          more = again.portion(in, line -> {
            if (line.step() >= first && line.step() <= last) {
              line.addTo(part);
            }
          });
        }
      }
    }
    return part;
  }

  private long placeBefore(int step) {
    long place = 0;
    for (Mark mark : marks) {
      if (mark.step() >= step) {
        break;
      }
      place = mark.position();
    }
    return place;
  }

  /**
   * The last line of a log, without a look at those before.
   *
   * @param file the log, which need not be there yet
   * @return a line of step 0 if there is none
   * @throws IOException if there is a log that cannot be read
   */
  public static LogLine last(Path file) throws IOException {
    LogLine line = new LogLine();
    if (!Files.exists(file)) {
      return line;
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      int longest = LogReader.LONGEST_LINE;
      byte[] bytes = LogReader.bytes(in, Math.max(0, in.size() - longest), longest);
      int end = bytes.length;
      for (int i = end - 1; i >= -1; i--) {
        if (i < 0 || bytes[i] == '\n') {
          if (end - i > 1 && line.read(bytes, i + 1, end - i - 1)) {
            return line;
          }
          end = Math.max(i, 0);
        }
      }
    }
    return new LogLine(); // what was read last was no line of a log
  }
}
