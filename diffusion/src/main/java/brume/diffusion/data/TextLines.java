package brume.diffusion.data;

import brume.tensor.Text;
import brume.tensor.io.FileContent;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text in UTF-8, gzipped or not. A line is never longer than memory allows: a small
 * packed file may hold one of gigabytes.
 */
final class TextLines implements Closeable {

  private static final int HEAP_PER_LETTER = 128; // a number of two letters becomes an object

  private final String name;
  private final BufferedReader in;
  private final int most = (int)
      Math.min(1 << 30, Math.max(1 << 16, Runtime.getRuntime().maxMemory() / HEAP_PER_LETTER));
  private int number;
  private boolean afterReturn; // the line before ended with one, of which a line feed may be part

  /**
   * Opens a file.
   *
   * @param file where it lies
   * @param name what messages call it
   * @param otherBytes whether bytes that are no text are reported, and refused then, or replaced
   * @throws IOException if it cannot be read, or is a damaged gzip file
   */
  TextLines(Path file, String name, CodingErrorAction otherBytes) throws IOException {
    this.name = name;
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(otherBytes);
    InputStream bytes = Files.newInputStream(file);
    try {
      in = new BufferedReader(new InputStreamReader(FileContent.unpacked(bytes), decoder));
    } catch (EOFException | ZipException damaged) {
      bytes.close();
      throw damaged(damaged);
    }
  }

  /**
   * Reads on.
   *
   * @return the next line without its end, or null after the last
   * @throws IOException if the rest is no text, too long or damaged; the message names the file
   */
  @Nullable
  String next() throws IOException {
    number++;
    try {
      StringBuilder line = new StringBuilder();
      int letter = in.read();
      if (letter == '\n' && afterReturn) {
        letter = in.read();
      }
      afterReturn = false;
      if (letter < 0) {
        return null;
      }
      for (; letter >= 0 && letter != '\n' && letter != '\r'; letter = in.read()) {
        if (line.length() == most) {
          throw new IOException(Text.of(
              "%s: expected lines of at most %d letters, which is what this heap can hold, got a longer line %d",
              name, most, number));
        }
        line.append((char) letter);
      }
      afterReturn = letter == '\r';
      return line.toString();
    } catch (CharacterCodingException noText) {
      throw new IOException(name + ": expected text in UTF-8, got other bytes", noText);
    } catch (EOFException | ZipException damaged) {
      throw damaged(damaged);
    }
  }

  /** The line that {@link #next} gave, counted from 1. */
  int number() {
    return number;
  }

  private IOException damaged(IOException e) {
    return new IOException(
        Text.of(
            "%s: expected a whole file, got a damaged one (%s); fetch it again",
            name, Text.reason(e)),
        e);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
