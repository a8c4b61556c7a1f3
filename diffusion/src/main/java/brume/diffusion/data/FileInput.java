package brume.diffusion.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.stream.ImageInputStreamImpl;
import org.jspecify.annotations.Nullable;

/**
 * A file as ImageIO reads it, opened by its path: names that are no text in the system's language,
 * which {@link java.io.File} cannot hold, are no hindrance.
 */
final class FileInput extends ImageInputStreamImpl {

  private static final int MOST_BEYOND = 10_000;

  private final @Nullable SeekableByteChannel channel; // null if the window is all there is
  private final ByteBuffer window;
  private long windowBegin;
  private int beyond; // how often more was read than there is

  /** Opens a file. */
  FileInput(Path file) throws IOException {
    this.channel = Files.newByteChannel(file);
    this.window = ByteBuffer.allocate(1 << 13).limit(0);
  }

  /**
   * Takes a file that is in memory.
   *
   * @param file its bytes, which may be changed
   */
  FileInput(byte[] file) {
    this.channel = null;
    this.window = ByteBuffer.wrap(file);
    stateSize(file.length);
  }

  /**
   * Sees that the window has the next byte; false at the end of the file. Some decoders go on beyond
   * it, slowly, for all the pixels that a damaged header speaks of; at some time they are stopped.
   */
  private boolean fill() throws IOException {
    checkClosed();
    bitOffset = 0;
    boolean filled = fillWindow();
    if (!filled && ++beyond > MOST_BEYOND) {
      throw new IOException("damaged (the file ends too early)");
    }
    return filled;
  }

  private boolean fillWindow() throws IOException {
    if (channel == null) {
      return streamPos < window.limit();
    }
    if (streamPos < windowBegin || streamPos >= windowBegin + window.limit()) {
      windowBegin = streamPos;
      window.clear();
      channel.position(windowBegin);
      channel.read(window);
      window.flip();
      if (windowBegin == 0) {
        stateSize(channel.size());
      }
    }
    return window.limit() > 0;
  }

  /** Some programs leave the size in the header of a BMP at 0, which ImageIO takes at its word. */
  private void stateSize(long size) {
    window.order(ByteOrder.LITTLE_ENDIAN);
    boolean bmp = window.limit() >= 6 && window.get(0) == 'B' && window.get(1) == 'M';
    if (bmp && window.getInt(2) == 0) {
      window.putInt(2, (int) size);
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? window.get((int) (streamPos++ - windowBegin)) & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int at = (int) (streamPos - windowBegin), count = Math.min(length, window.limit() - at);
    window.get(at, into, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    try {
      return channel == null ? window.limit() : channel.size();
    } catch (IOException unknown) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    if (channel != null) {
      channel.close();
    }
  }
}
