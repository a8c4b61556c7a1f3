package brume.diffusion.data;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the camera was held, as JPEG files say it, and pictures turned accordingly. */
final class ExifOrientation {

  private static final Logger LOG = LoggerFactory.getLogger(ExifOrientation.class);
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int START_OF_IMAGE = 0xFFD8;
  private static final int MARKERS = 0xFF00; // 256 of them
  private static final int FILL = 0xFFFF;
  private static final int START_OF_SCAN = 0xFFDA;
  private static final int APPLICATION_1 = 0xFFE1;

  private ExifOrientation() {}

  /**
   * Reads the orientation. ImageIO would refuse to read it from files that it can decode, such as those
   * with Exif before JFIF.
   *
   * @param in any image file, from its beginning; is there again afterwards
   * @return upright if the file says nothing, or nothing that makes sense
   * @throws IOException if the file cannot be read
   */
  static Orientation of(ImageInputStream in) throws IOException {
    in.mark();
    try {
      byte[] exif = segment(in);
      Orientation said = exif.length == 0 ? null : ExifUtils.getOrientationFromExif(exif);
      return said == null ? Orientation.TOP_LEFT : said;
    } catch (EOFException | RuntimeException e) {
      LOG.debug("no orientation, the picture is taken as it is", e);
      return Orientation.TOP_LEFT;
    } finally {
      in.reset();
    }
  }

  /** The Exif segment of a JPEG file, or nothing. */
  private static byte[] segment(ImageInputStream in) throws IOException {
    if (in.readUnsignedShort() != START_OF_IMAGE) {
      return new byte[0];
    }
    for (int marker = marker(in);
        marker > MARKERS && marker != START_OF_SCAN;
        marker = marker(in)) {
      byte[] segment = new byte[Math.max(0, in.readUnsignedShort() - Short.BYTES)];
      in.readFully(segment);
      if (marker == APPLICATION_1 && Arrays.equals(EXIF, Arrays.copyOf(segment, EXIF.length))) {
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
   * Turns a square picture.
   *
   * @param square as the file has it
   * @param orientation what the file says
   * @return the picture as it was seen
   */
  static BufferedImage upright(BufferedImage square, Orientation orientation) {
    return ExifFilterUtils.getFilterForOrientation(orientation).apply(square);
  }
}
