package brume.diffusion.data;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStream;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the camera was held, as JPEG, PNG, WebP and TIFF files say it, and pictures turned accordingly.
 */
final class ExifOrientation {

  private static final Logger LOG = LoggerFactory.getLogger(ExifOrientation.class);
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int BEGIN_OF_PNG = 0x8950, BEGIN_OF_RIFF = 0x5249; // .PNG, RIFF
  private static final int BIG_TIFF = 0x4D4D, LITTLE_TIFF = 0x4949; // MM, II
  private static final int MOST = 1 << 16; // bytes of a segment; chunks before it
  private static final int HEADER = 8, ENTRY = 12; // bytes of a TIFF file's
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
      in.setByteOrder(ByteOrder.BIG_ENDIAN);
      in.reset();
    }
  }

  /** The Exif segment of a file, or nothing. */
  private static byte[] segment(ImageInputStream in) throws IOException {
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    int first = in.readUnsignedShort();
    return switch (first) {
      case JpegSegments.START_OF_IMAGE -> ofJpeg(in);
      case BEGIN_OF_PNG -> chunk(in, 8, "eXIf", ByteOrder.BIG_ENDIAN);
      case BEGIN_OF_RIFF -> chunk(in, 12, "EXIF", ByteOrder.LITTLE_ENDIAN);
      case BIG_TIFF, LITTLE_TIFF -> ofTiff(in);
      default -> new byte[0];
    };
  }

  /**
   * A TIFF file is what an Exif segment holds, but its directory may lie behind the pixels; here it
   * follows the header.
   */
  private static byte[] ofTiff(ImageInputStream in) throws IOException {
    in.seek(0);
    boolean big = in.readUnsignedShort() == BIG_TIFF;
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    in.setByteOrder(order);
    short version = in.readShort();
    in.seek(in.readUnsignedInt());
    short entries = in.readShort();
    byte[] directory = new byte[ENTRY * (entries & 0xFFFF)];
    in.readFully(directory);
    short name = (short) (big ? BIG_TIFF : LITTLE_TIFF); // the same from both sides
    return withName(ByteBuffer.allocate(HEADER + Short.BYTES + directory.length + Integer.BYTES)
        .order(order)
        .putShort(name)
        .putShort(version)
        .putInt(HEADER)
        .putShort(entries)
        .put(directory)
        .array());
  }

  /** A chunk of a PNG file, which has its length before its name, or of a RIFF file, after it. */
  private static byte[] chunk(ImageInputStream in, int from, String name, ByteOrder order)
      throws IOException {
    in.setByteOrder(order);
    in.seek(from);
    boolean png = order == ByteOrder.BIG_ENDIAN;
    for (int chunks = 0; chunks < MOST; chunks++) {
      byte[] called = new byte[4];
      long length;
      if (png) {
        length = in.readUnsignedInt();
        in.readFully(called);
      } else {
        in.readFully(called);
        length = in.readUnsignedInt();
      }
      if (name.equals(new String(called, StandardCharsets.US_ASCII)) && length <= MOST) {
        byte[] exif = new byte[(int) length];
        in.readFully(exif);
        return Arrays.equals(EXIF, Arrays.copyOf(exif, EXIF.length)) ? exif : withName(exif);
      }
      // Behind a chunk comes its checksum in PNG files, and in RIFF files they begin at even
      // places.
      in.seek(in.getStreamPosition() + length + (png ? 4 : length % 2));
    }
    return new byte[0];
  }

  private static byte[] withName(byte[] tiff) {
    byte[] exif = Arrays.copyOf(EXIF, EXIF.length + tiff.length);
    System.arraycopy(tiff, 0, exif, EXIF.length, tiff.length);
    return exif;
  }

  private static byte[] ofJpeg(ImageInputStream in) throws IOException {
    return JpegSegments.first(
        in,
        (marker, segment) ->
            marker == APPLICATION_1 && Arrays.equals(EXIF, Arrays.copyOf(segment, EXIF.length)));
  }

  /** Whether height and width of the file are width and height of the picture. */
  static boolean lies(Orientation orientation) {
    return switch (orientation) {
      case LEFT_TOP, RIGHT_TOP, RIGHT_BOTTOM, LEFT_BOTTOM -> true;
      default -> false;
    };
  }

  /**
   * Turns a picture.
   *
   * @param picture as the file has it
   * @param orientation what the file says
   * @return the picture as it was seen
   */
  static BufferedImage upright(BufferedImage picture, Orientation orientation) {
    return orientation == Orientation.TOP_LEFT
        ? picture
        : ExifFilterUtils.getFilterForOrientation(orientation).apply(picture);
  }
}
