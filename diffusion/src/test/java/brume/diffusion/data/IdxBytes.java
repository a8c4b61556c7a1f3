package brume.diffusion.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** Writes what {@link IdxFile} reads. */
final class IdxBytes {
  private IdxBytes() {}

  static byte[] header(long... sizes) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * sizes.length);
    bytes.put(new byte[] {0, 0, 8, (byte) sizes.length});
    for (long size : sizes) {
      bytes.putInt((int) size);
    }
    return bytes.array();
  }

  static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length)
        .put(first)
        .put(second)
        .array();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
