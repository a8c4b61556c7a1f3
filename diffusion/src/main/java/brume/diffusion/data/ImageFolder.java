package brume.diffusion.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PNG, JPEG, BMP and GIF files in a folder and the folders within, each scaled and cropped to
 * the same square, in the order of their paths.
 *
 * <p>Pictures are decoded once and kept as bytes if they fit into a quarter of the heap and a
 * gibibyte; otherwise they are decoded each time. A file that cannot be decoded is skipped with a
 * warning that names it and says why: a kept set does not count it, and a set that is decoded each
 * time shows the next good picture in its place.
 */
public final class ImageFolder implements Dataset {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
  private static final long MOST_KEPT = 1L << 30; // bytes

  private final Path folder;
  private final int side;
  private final int channels;
  private final List<Path> files;
  private final ImageDecoder decoder;
  private final byte[][] kept; // one picture each, or empty if they are decoded each time
  private final Set<Integer> skipped = ConcurrentHashMap.newKeySet();

  private ImageFolder(Path folder, int side, int channels, long mostKept) throws IOException {
    this.folder = folder;
    this.side = side;
    this.channels = channels;
    this.files = ImageFiles.under(folder);
    this.decoder = new ImageDecoder(side, channels);
    this.kept = (long) files.size() * pictureLength() > mostKept ? new byte[0][] : decodeAll();
  }

  /**
   * Finds the pictures of a folder and decodes them if all fit into memory.
   *
   * @param folder where the image files are, also in folders within
   * @param side H and W of every picture, in pixels, in [1, 4096]; the shorter side is scaled to it
   *     and the middle kept
   * @param channels C, 1 for grey or 3 for red, green, blue
   * @return the folder's pictures, at least one
   * @throws IOException if the folder is missing or unreadable, or holds no image that can be read
   * @throws IllegalArgumentException if side or channels is none of the above
   */
  public static ImageFolder open(Path folder, int side, int channels) throws IOException {
    return open(folder, side, channels, Math.min(MOST_KEPT, Runtime.getRuntime().maxMemory() / 4));
  }

  /**
   * Finds the pictures of a folder.
   *
   * @param folder as above
   * @param side as above
   * @param channels as above
   * @param mostKept bytes of decoded pictures that may be kept in memory
   * @return the folder's pictures, at least one
   * @throws IOException as above
   */
  static ImageFolder open(Path folder, int side, int channels, long mostKept) throws IOException {
    if (side < 1 || side > 4096) {
      throw new IllegalArgumentException(
          "image folder: expected pictures of 1 to 4096 pixels a side, got " + side);
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "image folder: expected 1 channel (grey) or 3 (red, green, blue), got " + channels);
    }
    ImageFolder images = new ImageFolder(folder, side, channels, mostKept);
    images.read(0, false, new float[images.pictureLength()], 0);
    return images;
  }

  private byte[][] decodeAll() throws IOException {
    byte[][] pictures = new byte[files.size()][];
    Arrays.parallelSetAll(pictures, this::decodeOrSkip);
    byte[][] good = Arrays.stream(pictures).filter(Objects::nonNull).toArray(byte[][]::new);
    if (good.length == 0) {
      throw noneReadable();
    }
    if (good.length < pictures.length) {
      LOG.warn(
          "{}: skipped {} of {} image files",
          folder,
          pictures.length - good.length,
          pictures.length);
    }
    return good;
  }

  private byte @Nullable [] decodeOrSkip(int file) {
    try {
      return decoder.decode(files.get(file));
    } catch (IOException e) {
      if (skipped.add(file)) {
        LOG.warn("{}: skipped, {}", files.get(file), e.getMessage());
      }
      return null;
    }
  }

  private IOException noneReadable() {
    return new IOException(folder + ": expected at least one readable picture, got " + files.size()
        + " image files that are all damaged or unsupported; the warnings above say why");
  }

  @Override
  public int size() {
    return kept.length > 0 ? kept.length : files.size();
  }

  @Override
  public int height() {
    return side;
  }

  @Override
  public int width() {
    return side;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
    Objects.checkIndex(index, size());
    Pixels.read(kept.length > 0 ? kept[index] : decodeFrom(index), 0, this, flipped, into, offset);
  }

  private byte[] decodeFrom(int index) throws IOException {
    for (int n = 0; n < files.size(); n++) {
      int file = (index + n) % files.size();
      byte[] picture = skipped.contains(file) ? null : decodeOrSkip(file);
      if (picture != null) {
        return picture;
      }
    }
    throw noneReadable();
  }

  @Override
  public String source() {
    return folder.toString();
  }
}
