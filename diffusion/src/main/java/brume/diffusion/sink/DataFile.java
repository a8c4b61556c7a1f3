package brume.diffusion.sink;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows at its end through a small buffer. */
final class DataFile implements AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer chunk =
      ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private DataFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens a file, which is made if missing, and cuts off what lies beyond a length. */
  static DataFile open(Path file, long length) throws IOException {
    FileChannel channel = FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.size() < length) {
      channel.close();
      throw new IOException(Text.of(
          "%s: expected the %d bytes that were saved, got fewer; delete %s to start over",
          file, length, file.getParent()));
    }
    channel.truncate(length);
    channel.position(length);
    return new DataFile(file, channel);
  }

  Path file() {
    return file;
  }

  /** How long it is with what is still in the buffer. */
  long length() throws IOException {
    return channel.position() + chunk.position();
  }

  void write(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(room(1), bytes.length - at);
      chunk.put(bytes, at, count);
      at += count;
    }
  }

  void write(float[] values) throws IOException {
    for (float value : values) {
      room(Float.BYTES);
      chunk.putFloat(value);
    }
  }

  private int room(int bytes) throws IOException {
    if (chunk.remaining() < bytes) {
      flush();
    }
    return chunk.remaining();
  }

  /** Reads bytes that are not in the buffer. */
  void read(ByteBuffer into, long position) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, position + into.position()) < 0) {
        throw new IOException(Text.of(
            "%s: expected %d more bytes at %d, got the end", file, into.remaining(), position));
      }
    }
    into.flip();
  }

  /** Writes over bytes that are not in the buffer. */
  void overwrite(byte[] bytes, long position) throws IOException {
    for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
      channel.write(rest, position + rest.position());
    }
  }

  void flush() throws IOException {
    chunk.flip();
    try {
      while (chunk.hasRemaining()) {
        channel.write(chunk);
      }
    } catch (IOException full) {
      throw new IOException(
          Text.of(
              "%s: expected to be written, got: %s; what was saved is kept, the same command goes on there",
              file, full.getMessage()),
          full);
    } finally {
      chunk.compact(); // what a full disk did not take stays
    }
  }

  void force() throws IOException {
    flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
