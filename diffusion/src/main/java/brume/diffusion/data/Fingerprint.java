package brume.diffusion.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;

/** Gathers what tells one set of data from another, such as {@code 28 of 32x32x3, 9120 bytes, 5f…}. */
final class Fingerprint {

  private static final int HASH_BYTES = 8; // of the 32, enough to notice a change

  private static final long END = 1 << 23; // bytes at either end of a file

  private final MessageDigest hash;
  private final String sizes;

  /** Begins with the number and the size of the pictures. */
  Fingerprint(Dataset data) {
    this(data.size() + " of " + data.height() + "x" + data.width() + "x" + data.channels());
  }

  private Fingerprint(String sizes) {
    try {
      hash = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    this.sizes = sizes;
    add(sizes);
  }

  /** What tells the labels of all pictures from others. */
  static String ofLabels(Dataset data) {
    Fingerprint print = new Fingerprint(data.size() + " labels");
    for (int i = 0; i < data.size(); i++) {
      print.add(data.label(i));
    }
    return print.text(0);
  }

  Fingerprint add(byte[] bytes) {
    hash.update(bytes);
    return this;
  }

  Fingerprint add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8)).add(text.length());
  }

  Fingerprint add(long number) {
    return add(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  Fingerprint add(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return add(bytes.array());
  }

  /** The content of a file, of one beyond 16 MiB the first and the last 8 MiB. */
  Fingerprint add(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      add(size);
      add(channel, 0, Math.min(size, END));
      add(channel, Math.max(Math.min(size, END), size - END), size);
    }
    return this;
  }

  private void add(FileChannel channel, long from, long to) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
    for (long at = from; at < to; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), to - at));
      if (channel.read(chunk, at) < 0) {
        return; // cut short since
      }
      hash.update(chunk.flip());
    }
  }

  /** The whole text, which names the bytes of the data if there are any. */
  String text(long bytes) {
    byte[] start = Arrays.copyOf(hash.digest(), HASH_BYTES);
    return sizes + (bytes > 0 ? ", " + bytes + " bytes" : "") + ", "
        + HexFormat.of().formatHex(start);
  }

  /** Up to so many indices below a size, from the first to the last at equal distances. */
  static int[] spread(int size, int most) {
    int count = Math.min(size, most);
    return IntStream.range(0, count)
        .map(i -> count == 1 ? 0 : (int) ((long) i * (size - 1) / (count - 1)))
        .toArray();
  }
}
