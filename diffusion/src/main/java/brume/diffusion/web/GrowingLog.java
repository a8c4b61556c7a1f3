package brume.diffusion.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The log of a run while it grows: each byte is read once. A run that goes on from a checkpoint writes its
 * log anew, which is seen by the bytes before the place where reading stopped: they are not what they were.
 * Lines that are none of a log are passed over, as the page shows runs of whoever wrote them.
 */
final class GrowingLog {

  private static final int PORTION = 1 << 20; // bytes
  private static final int LONGEST_LINE = 1 << 14; // bytes; ours have a hundred
  private static final int REMEMBERED = 128; // bytes before the place where reading stopped

  private final Path file;
  private Curve curve = new Curve();
  private long position; // behind the last whole line
  private byte[] before = {};
  private boolean skipping; // the rest of a line that is too long
  private final LogLine line = new LogLine();

  GrowingLog(Path file) {
    this.file = file;
  }

  /** What a reader of the curve does while it does not change. */
  @FunctionalInterface
  interface Look<T> {
    T at(Curve curve) throws IOException;
  }

  /**
   * Reads what has been added, then lets somebody look.
   *
   * @throws IOException if there is a log that cannot be read
   */
  synchronized <T> T read(Look<T> look) throws IOException {
    if (Files.exists(file)) {
      try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
        if (!goesOn(in)) {
          curve = new Curve();
          position = 0;
          before = new byte[0];
          skipping = false;
        }
        readFrom(in);
      }
    }
    return look.at(curve);
  }

  private boolean goesOn(FileChannel in) throws IOException {
    return in.size() >= position
        && Arrays.equals(before, bytes(in, position - before.length, before.length));
  }

  private static byte[] bytes(FileChannel in, long from, int most) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(most);
    while (found.hasRemaining() && in.read(found, from + found.position()) > 0) {
      continue;
    }
    return Arrays.copyOf(found.array(), found.position());
  }

  private void readFrom(FileChannel in) throws IOException {
    long left = Math.max(2L * LONGEST_LINE, in.size() - position);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(PORTION, left));
    while (in.read(buffer.clear(), position) > 0) {
      byte[] bytes = buffer.array();
      int end = buffer.position(), from = 0;
      for (int i = 0; i < end; i++) {
        if (bytes[i] == '\n') {
          boolean whole = !skipping && i - from <= LONGEST_LINE;
          if (whole && line.read(bytes, from, i - from)) {
            line.addTo(curve);
          }
          skipping = false;
          from = i + 1;
        }
      }
      if (end - from > LONGEST_LINE) {
        skipping = true;
        from = end;
      }
      if (from == 0) {
        return; // a line that is being written
      }
      position += from;
      int kept = Math.min(REMEMBERED, from);
      before = Arrays.copyOfRange(bytes, from - kept, from);
    }
  }

  /**
   * The last line of a log, without a look at those before.
   *
   * @return a line of step 0 if there is none
   * @throws IOException if there is a log that cannot be read
   */
  static LogLine last(Path file) throws IOException {
    LogLine line = new LogLine();
    if (!Files.exists(file)) {
      return line;
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] bytes = bytes(in, Math.max(0, in.size() - LONGEST_LINE), LONGEST_LINE);
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
    return line;
  }
}
