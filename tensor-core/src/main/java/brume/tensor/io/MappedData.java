package brume.tensor.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.Arrays;

/**
 * The bytes of a file from a position to its end, of any length, without a copy on the heap. They
 * stay readable when the file is replaced or deleted.
 *
 * <p>A Java buffer ends at 2 GiB, so the bytes are mapped in windows. Neighbors overlap by the width
 * of the widest number: each number lies whole in the window where it begins.
 */
final class MappedData {

  private static final int OVERLAP = 8;

  private final int windowBytes;
  private final ByteBuffer[] windows;

  private MappedData(int windowBytes, ByteBuffer[] windows) {
    this.windowBytes = windowBytes;
    this.windows = windows;
  }

  static MappedData of(FileChannel file, long first, long bytes, int windowBytes)
      throws IOException {
    ByteBuffer[] windows = new ByteBuffer[Math.toIntExact((bytes + windowBytes - 1) / windowBytes)];
    for (int w = 0; w < windows.length; w++) {
      long begin = (long) w * windowBytes;
      long end = Math.min(begin + windowBytes + OVERLAP, bytes);
      windows[w] =
          file.map(MapMode.READ_ONLY, first + begin, end - begin).order(ByteOrder.LITTLE_ENDIAN);
    }
    return new MappedData(windowBytes, windows);
  }

  /** All of some bytes on the heap, in one window. */
  static MappedData of(byte[] bytes) {
    ByteBuffer window = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new MappedData(Math.max(1, bytes.length), new ByteBuffer[] {window});
  }

  /** The same bytes, whose numbers are read in another order of bytes. */
  MappedData ordered(ByteOrder order) {
    ByteBuffer[] views = new ByteBuffer[windows.length];
    Arrays.setAll(views, w -> windows[w].duplicate().order(order));
    return new MappedData(windowBytes, views);
  }

  /** Receives numbers that lie side by side. */
  interface Run {
    /** Takes {@code count} numbers from position {@code at} of {@code bytes}, the i-th and on. */
    void take(ByteBuffer bytes, int at, int i, int count);
  }

  /** Hands over the numbers of a tensor in order, in as few runs as there are windows. */
  void forEach(StoredTensor tensor, Run run) {
    forEach(tensor, 0, tensor.size(), run);
  }

  /** Hands over some numbers of a tensor, the first of which is told as number 0. */
  void forEach(StoredTensor tensor, int first, int length, Run run) {
    int width = tensor.type().bytes();
    for (int i = 0; i < length; ) {
      long position = tensor.begin() + (long) (first + i) * width;
      int at = (int) (position % windowBytes);
      int beginningHere = (windowBytes - at + width - 1) / width;
      int count = Math.min(beginningHere, length - i);
      run.take(windows[(int) (position / windowBytes)], at, i, count);
      i += count;
    }
  }
}
