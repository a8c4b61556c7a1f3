package brume.diffusion.data;

import brume.tensor.Text;
import java.io.EOFException;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PNG, JPEG, BMP, GIF, TIFF and WebP files in a folder, the folders within, or a ZIP file, which is
 * read in place; each scaled and cropped to the same size, in the order of their paths. What lies there besides and looks like a picture is
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
  private static final int NAMED = 12; // classes in a line
  private static final double MIDDLE = 0.5;
  private static final long BETWEEN_LINES = 5_000_000_000L; // nanoseconds

  private final ImageFiles all;
  private final Framing framing;
  private final PictureLabels labels;
  private final PictureSource source;
  private final ImageDecoder decoder;
  private final List<Path> files; // those that are not known to be damaged
  private final AtomicReferenceArray<byte @Nullable []> kept; // as many, or none
  private final Set<Integer> skipped = ConcurrentHashMap.newKeySet();

  private ImageFolder(
      PictureSource source,
      Framing framing,
      LabelRule rule,
      long mostKept,
      int atOnce,
      OpeningListener listener)
      throws IOException {
    this.all = ImageFiles.under(source);
    this.source = source;
    this.framing = framing;
    this.decoder = new ImageDecoder(framing);
    if (!all.remark().isEmpty()) {
      LOG.warn("{}", all.remark());
    }
    int count = all.found().size();
    boolean keeps = framing.crop() != Crop.RANDOM && (long) count * pictureLength() <= mostKept;
    boolean decodes = keeps && count <= atOnce;
    byte[][] looked = new byte[count][];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, count).parallel().forEach(i -> {
      looked[i] = lookOrSkip(all.found().get(i).path(), decodes, MIDDLE);
      tell(listener, done.incrementAndGet(), count);
    });
    int[] good = IntStream.range(0, count).filter(i -> looked[i] != null).toArray();
    if (good.length == 0) {
      throw noneReadable();
    }
    if (good.length < count) {
      LOG.warn("{}: skipped {} of {} image files", source.name(), count - good.length, count);
    }
    this.files = Arrays.stream(good).mapToObj(i -> all.found().get(i).path()).toList();
    this.labels = PictureLabels.of(
        source, Arrays.stream(good).mapToObj(i -> all.name(all.found().get(i))).toList(), rule);
    this.kept = new AtomicReferenceArray<>(keeps ? good.length : 0);
    for (int i = 0; decodes && i < good.length; i++) {
      kept.set(i, looked[good[i]]);
    }
  }

  /**
   * Finds the pictures of a folder, and logs how far it is where it takes long.
   *
   * @param folder where the image files are, also in folders within, or a ZIP file of them
   * @param side H and W of every picture, in pixels, in [1, 4096]; the shorter side is scaled to it
   *     and the middle kept
   * @param channels C, 1 for grey or 3 for red, green, blue
   * @return the folder's pictures, at least one
   * @throws IOException if the folder is missing or unreadable, or holds no image that can be read
   * @throws IllegalArgumentException if side or channels is none of the above
   */
  public static ImageFolder open(Path folder, int side, int channels) throws IOException {
    return open(folder, Framing.square(side, channels), LabelRule.AUTO);
  }

  /** Finds the pictures of a folder or a ZIP file, framed and with classes by a rule. */
  static ImageFolder open(Path folder, Framing framing, LabelRule rule) throws IOException {
    long mostKept = Math.min(MOST_KEPT, Runtime.getRuntime().maxMemory() / 4);
    return open(PictureSource.of(folder), framing, rule, mostKept, MOST_AT_ONCE, told(folder));
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
   * Finds the pictures of a folder.
   *
   * @param mostKept bytes of decoded pictures that may be kept in memory
   * @param atOnce how many pictures are decoded right away
   */
  static ImageFolder open(
      PictureSource source,
      Framing framing,
      LabelRule rule,
      long mostKept,
      int atOnce,
      OpeningListener listener)
      throws IOException {
    ImageFolder images = new ImageFolder(source, framing, rule, mostKept, atOnce, listener);
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
  private byte @Nullable [] lookOrSkip(Path file, boolean decodes, double place) {
    try {
      if (decodes) {
        return decoder.decode(file, place);
      }
      ImageDecoder.look(file);
      return new byte[0];
    } catch (IOException e) {
      LOG.warn("{}: skipped, {}", source.nameOf(file), e.getMessage());
      return null;
    }
  }

  private IOException noneReadable() {
    return new IOException(source.name() + ": expected at least one readable picture, got "
        + all.found().size()
        + " image files that are all damaged or unsupported; the warnings above say why");
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public int height() {
    return framing.size().height();
  }

  @Override
  public int width() {
    return framing.size().width();
  }

  @Override
  public int channels() {
    return framing.channels();
  }

  @Override
  public List<String> classes() {
    return labels.classes();
  }

  @Override
  public int label(int index) {
    return classes().isEmpty() ? Dataset.super.label(index) : labels.of()[index];
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
    read(index, flipped, MIDDLE, into, offset);
  }

  @Override
  public void read(int index, boolean flipped, double place, float[] into, int offset)
      throws IOException {
    Objects.checkIndex(index, size());
    for (int n = 0; n < files.size(); n++) {
      int file = (index + n) % files.size();
      // What stands in for a damaged picture is of its class: it is learned under that label.
      byte[] picture = areOfOneClass(index, file) ? picture(file, place) : null;
      if (picture != null) {
        Pixels.read(picture, 0, this, flipped, into, offset);
        return;
      }
    }
    throw classes().isEmpty()
        ? noneReadable()
        : new IOException(source.name() + ": expected at least one readable picture of class "
            + PictureLabels.shown(classes().get(label(index)))
            + ", got only damaged ones; the warnings above say why");
  }

  private boolean areOfOneClass(int one, int other) {
    return classes().isEmpty() || label(one) == label(other);
  }

  /** {@inheritDoc} With classes, it says what told them and how many pictures each has. */
  @Override
  public String describe() {
    if (classes().isEmpty()) {
      return Dataset.super.describe();
    }
    int[] counts = labels.counts();
    String named = IntStream.range(0, Math.min(NAMED, counts.length))
        .mapToObj(k -> PictureLabels.shown(classes().get(k)) + " " + counts[k])
        .collect(Collectors.joining(", ", " (", counts.length > NAMED ? ", ...)" : ")"));
    return Dataset.super.describe() + ", of " + counts.length + " classes by " + labels.source()
        + named;
  }

  /** Decoded before or now, or null if it is damaged. */
  private byte @Nullable [] picture(int file, double place) {
    boolean keeps = kept.length() > 0;
    byte[] picture = keeps ? kept.get(file) : null;
    if (picture == null && !skipped.contains(file)) {
      picture = lookOrSkip(files.get(file), true, place);
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
    return source.name();
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
      print.add(all.name(file));
      print.add(file.bytes());
      bytes += file.bytes();
    }
    for (int i : Fingerprint.spread(found.size(), 256)) {
      Path file = found.get(i).path();
      try (InputStream in = Files.newInputStream(file)) {
        print.add(in.readNBytes(1 << 16));
      } catch (EOFException | ZipException damaged) { // the part that there is, is always the same
        print.add(source.nameOf(file) + Text.reason(damaged));
      }
    }
    if (labels.rule() == LabelRule.METADATA) { // other rules see names only
      for (int label : labels.of()) {
        print.add(label);
      }
    }
    return print.text(bytes);
  }
}
