package brume.diffusion.data;

import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/** What stands in a JPEG file before its pixels. */
final class JpegSegments {

  static final int START_OF_IMAGE = 0xFFD8;
  private static final int MARKERS = 0xFF00; // 256 of them
  private static final int FILL = 0xFFFF;
  private static final int START_OF_SCAN = 0xFFDA;
  private static final int PROGRESSIVE = 0xFFC2; // start of a frame with Huffman codes

  private JpegSegments() {}

  /** Whether a segment is the one that is looked for. */
  @FunctionalInterface
  interface Wanted {
    boolean is(int marker, byte[] segment);
  }

  /**
   * Looks for a segment.
   *
   * @param in a JPEG file, behind the marker that it begins with
   * @param wanted what is looked for
   * @return what the segment holds behind its length, or nothing if there is none before the pixels
   * @throws IOException if the file ends before its pixels
   */
  static byte[] first(ImageInputStream in, Wanted wanted) throws IOException {
    for (int marker = marker(in);
        marker > MARKERS && marker != START_OF_SCAN;
        marker = marker(in)) {
      byte[] segment = new byte[Math.max(0, in.readUnsignedShort() - Short.BYTES)];
      in.readFully(segment);
      if (wanted.is(marker, segment)) {
        return segment;
      }
    }
    return new byte[0];
  }

  /** The next two bytes; before a marker, there may be any number of FF (ITU T.81, B.1.1.2). */
  private static int marker(ImageInputStream in) throws IOException {
    int marker = in.readUnsignedShort();
    while (marker == FILL) {
      marker = MARKERS | in.readUnsignedByte();
    }
    return marker;
  }

  /**
   * Whether the pixels come in several scans, each of which makes the whole picture finer.
   *
   * @param in a JPEG file
   * @return true if it is progressive
   * @throws IOException if the file ends before its pixels
   */
  static boolean areProgressive(ImageInputStream in) throws IOException {
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    in.seek(0);
    return in.readUnsignedShort() == START_OF_IMAGE
        && first(in, (marker, segment) -> marker == PROGRESSIVE).length > 0;
  }
}
