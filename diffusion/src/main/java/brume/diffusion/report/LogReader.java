package brume.diffusion.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The lines of a log from a place on, portion by portion. Lines that are none of a log are passed over, as
 * are those that are longer than any of ours.
 */
final class LogReader {

  static final int LONGEST_LINE = 1 << 14; // bytes; ours have a hundred

  private static final int PORTION = 1 << 20; // bytes

  private final LogLine line = new LogLine();
  private long position; // behind the last whole line
  private boolean skipping; // the rest of a line that is too long
  private int step;

  LogReader(long position) {
    this.position = position;
  }

  /**
   * Reads whole lines.
   *
   * @param each is told of each of them, in an object that is used again
   * @return false if there was none, only the beginning of one
   */
  boolean portion(FileChannel in, Consumer<LogLine> each) throws IOException {
    long left = Math.max(2L * LONGEST_LINE, in.size() - position);
    byte[] bytes = bytes(in, position, (int) Math.min(PORTION, left));
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        boolean whole = !skipping && i - from <= LONGEST_LINE;
        if (whole && line.read(bytes, from, i - from)) {
          step = line.step();
          each.accept(line);
        }
        skipping = false;
        from = i + 1;
      }
    }
    if (bytes.length - from > LONGEST_LINE) {
      skipping = true;
      from = bytes.length;
    }
    position += from;
    return from > 0;
  }

  /** Bytes of a file, fewer at its end. */
  static byte[] bytes(FileChannel in, long from, int most) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(most);
    while (found.hasRemaining() && in.read(found, from + found.position()) > 0) {
      continue;
    }
    return found.hasRemaining() ? Arrays.copyOf(found.array(), found.position()) : found.array();
  }

  /** Where the next line begins, unless what comes is the rest of one. */
  long position() {
    return position;
  }

  /** Whether a line begins where reading goes on. */
  boolean atLine() {
    return !skipping;
  }

  /** Step of the last line; 0 before the first. */
  int step() {
    return step;
  }
}
