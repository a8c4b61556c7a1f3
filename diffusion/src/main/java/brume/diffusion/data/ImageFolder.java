package brume.diffusion.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PNG, JPEG, BMP and GIF files in a folder and the folders within, each scaled and cropped to
 * the same square, in the order of their paths. What lies there besides and looks like a picture is
 * left out with a warning that names it.
 *
 * <p>Up to 4,096 pictures are decoded when the folder is opened; of more, only the headers are read
 * then. Decoded pictures are kept as bytes if all fit into a quarter of the heap and a gibibyte;
 * otherwise they are decoded each time. A file that cannot be decoded is skipped with a warning that
 * names it and says why: what is found out when the folder is opened is not counted, and for what
 * is found out later the next good picture is shown.
 */
public final class ImageFolder implements Dataset {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
  private static final long MOST_KEPT = 1L << 30; // bytes
  private static final int MOST_AT_ONCE = 4096; // pictures
  private static final long BETWEEN_LINES = 5_000_000_000L; // nanoseconds

  private final ImageFiles all;
  private final int side;
  private final int channels;
  private final ImageDecoder decoder;
  private final List<Path> files; // those that are not known to be damaged
  private final AtomicReferenceArray<byte @Nullable []> kept; // as many, or none
  private final Set<Integer> skipped = ConcurrentHashMap.newKeySet();

  private ImageFolder(
      Path folder, int side, int channels, long mostKept, int atOnce, OpeningListener listener)
      throws IOException {
    this.all = ImageFiles.under(folder);
    this.side = side;
    this.channels = channels;
    this.decoder = new ImageDecoder(side, channels);
    if (!all.remark().isEmpty()) {
      LOG.warn("{}", all.remark());
    }
    int count = all.found().size();
    boolean keeps = (long) count * pictureLength() <= mostKept;
    boolean decodes = keeps && count <= atOnce;
    byte[][] looked = new byte[count][];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, count).parallel().forEach(i -> {
      looked[i] = lookOrSkip(all.found().get(i).path(), decodes);
      tell(listener, done.incrementAndGet(), count);
    });
    int[] good = IntStream.range(0, count).filter(i -> looked[i] != null).toArray();
    if (good.length == 0) {
      throw noneReadable();
    }
    if (good.length < count) {
      LOG.warn("{}: skipped {} of {} image files", folder, count - good.length, count);
    }
    this.files = Arrays.stream(good).mapToObj(i -> all.found().get(i).path()).toList();
    this.kept = new AtomicReferenceArray<>(keeps ? good.length : 0);
    for (int i = 0; decodes && i < good.length; i++) {
      kept.set(i, looked[good[i]]);
    }
  }

  /**
   * Finds the pictures of a folder, and logs how far it is where it takes long.
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
    return open(folder, side, channels, told(folder));
  }

  /** Logs how far it is, where it takes long. */
  private static OpeningListener told(Path folder) {
    long[] next = {System.nanoTime() + BETWEEN_LINES};
    return (done, of) -> {
      if (done < of && System.nanoTime() > next[0]) {
        next[0] = System.nanoTime() + BETWEEN_LINES;
        LOG.info("{}: looked at {} of {} image files", folder, done, of);
      }
    };
  }

  /**
   * Finds the pictures of a folder, and tells how far it is.
   *
   * @param folder as above
   * @param side as above
   * @param channels as above
   * @param listener is told after every hundredth of the files, from any thread but one at a time
   * @return the folder's pictures, at least one
   * @throws IOException as above
   * @throws IllegalArgumentException as above
   */
  public static ImageFolder open(Path folder, int side, int channels, OpeningListener listener)
      throws IOException {
    long mostKept = Math.min(MOST_KEPT, Runtime.getRuntime().maxMemory() / 4);
    return open(folder, side, channels, mostKept, MOST_AT_ONCE, listener);
  }

  /**
   * Finds the pictures of a folder.
   *
   * @param mostKept bytes of decoded pictures that may be kept in memory
   * @param atOnce how many pictures are decoded right away
   */
  static ImageFolder open(
      Path folder, int side, int channels, long mostKept, int atOnce, OpeningListener listener)
      throws IOException {
    if (side < 1 || side > 4096) {
      throw new IllegalArgumentException(
          "image folder: expected pictures of 1 to 4096 pixels a side, got " + side);
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "image folder: expected 1 channel (grey) or 3 (red, green, blue), got " + channels);
    }
    ImageFolder images = new ImageFolder(folder, side, channels, mostKept, atOnce, listener);
    images.read(0, false, new float[images.pictureLength()], 0);
    return images;
  }

  private static void tell(OpeningListener listener, int done, int of) {
    if (done == of || done * 100L / of != (done - 1) * 100L / of) {
      synchronized (listener) {
        listener.opened(done, of);
      }
    }
  }

  /** A decoded picture, or no bytes if only the header is looked at, or null if it is damaged. */
  private byte @Nullable [] lookOrSkip(Path file, boolean decodes) {
    try {
      if (decodes) {
        return decoder.decode(file);
      }
      ImageDecoder.look(file);
      return new byte[0];
    } catch (IOException e) {
      LOG.warn("{}: skipped, {}", file, e.getMessage());
      return null;
    }
  }

  private IOException noneReadable() {
    return new IOException(all.folder() + ": expected at least one readable picture, got "
        + all.found().size()
        + " image files that are all damaged or unsupported; the warnings above say why");
  }

  @Override
  public int size() {
    return files.size();
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
    for (int n = 0; n < files.size(); n++) {
      byte[] picture = picture((index + n) % files.size());
      if (picture != null) {
        Pixels.read(picture, 0, this, flipped, into, offset);
        return;
      }
    }
    throw noneReadable();
  }

  /** Decoded before or now, or null if it is damaged. */
  private byte @Nullable [] picture(int file) {
    boolean keeps = kept.length() > 0;
    byte[] picture = keeps ? kept.get(file) : null;
    if (picture == null && !skipped.contains(file)) {
      picture = lookOrSkip(files.get(file), true);
      if (picture == null) {
        skipped.add(file);
      } else if (keeps) {
        kept.set(file, picture);
      }
    }
    return picture;
  }

  @Override
  public String source() {
    return all.folder().toString();
  }

  /**
   * Says what of the folder was left out although someone may take it for pictures: formats that
   * are not read, by their endings, hidden folders, and folders of tools.
   *
   * @return one sentence, or nothing if there is nothing to say
   */
  public String leftOut() {
    return all.remark();
  }

  /**
   * {@inheritDoc}
   *
   * <p>It covers the names and sizes of all files, and the first 64 KiB of up to 256 of them spread
   * over the folder. Times of files are not in it: a copy of the folder has the same fingerprint.
   */
  @Override
  public String fingerprint() throws IOException {
    Fingerprint print = new Fingerprint(this);
    List<ImageFiles.Found> found = all.found();
    long bytes = 0;
    for (ImageFiles.Found file : found) {
      print.add(all.folder().relativize(file.path()).toString().replace('\\', '/'));
      print.add(file.bytes());
      bytes += file.bytes();
    }
    for (int i : Fingerprint.spread(found.size(), 256)) {
      try (InputStream in = Files.newInputStream(found.get(i).path())) {
        print.add(in.readNBytes(1 << 16));
      }
    }
    return print.text(bytes);
  }
}
