package brume.diffusion.data;

import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
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
  private static final int NAMED = 8; // skipped files in the log
  private static final double LARGE_LOSS = 0.35; // more than of 3:2, as of cameras, in a square
  private static final double MANY = 0.1; // of all pictures
  private static final double MIDDLE = 0.5;
  private static final long BETWEEN_LINES = 5_000_000_000L; // nanoseconds

  private final ImageFiles all;
  private final Framing framing;
  private final PictureLabels labels;
  private final PictureCaptions captions;
  private final PictureSource source;
  private final ImageDecoder decoder;
  private final List<Path> files; // those that are not known to be damaged
  private final AtomicReferenceArray<byte @Nullable []> kept; // as many, or none
  private final List<DataReport.Size> sizes; // as many
  private final List<DataReport.Skipped> damaged; // when the folder was opened
  private final Set<Integer> skipped = ConcurrentHashMap.newKeySet();

  private ImageFolder(
      PictureSource source,
      Framing framing,
      LabelRule rule,
      CaptionRule words,
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
    Looked[] looked = new Looked[count];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, count).parallel().forEach(i -> {
      looked[i] = look(all.found().get(i).path(), decodes, MIDDLE);
      tell(listener, done.incrementAndGet(), count);
    });
    this.damaged = IntStream.range(0, count)
        .filter(i -> !looked[i].fault().isEmpty())
        .mapToObj(i ->
            new DataReport.Skipped(source.nameOf(all.found().get(i).path()), looked[i].fault()))
        .toList();
    tellDamaged(count);
    int[] good =
        IntStream.range(0, count).filter(i -> looked[i].fault().isEmpty()).toArray();
    if (good.length == 0) {
      throw noneReadable();
    }
    this.files = Arrays.stream(good).mapToObj(i -> all.found().get(i).path()).toList();
    this.sizes = Arrays.stream(good).mapToObj(i -> looked[i].size()).toList();
    // Classes are numbered over all files, as settings do who do not look into them.
    List<String> names = all.found().stream().map(all::name).toList();
    this.labels = PictureLabels.of(source, names, rule).only(good);
    this.captions = PictureCaptions.of(source, names, words).only(good);
    if (!labels.unseen().isEmpty()) {
      LOG.warn(
          "{}: expected a readable picture of every class, got none of {}; mend or remove them",
          source.name(),
          PictureLabels.shown(labels.unseen()));
    }
    this.kept = new AtomicReferenceArray<>(keeps ? good.length : 0);
    for (int i = 0; decodes && i < good.length; i++) {
      kept.set(i, looked[good[i]].bytes());
    }
  }

  /** Names the first ones; a folder of thousands would fill the screen. */
  private void tellDamaged(int of) {
    damaged.stream()
        .limit(NAMED)
        .forEach(each -> LOG.warn("{}: skipped, {}", each.file(), each.reason()));
    if (!damaged.isEmpty() && damaged.size() < of) {
      LOG.warn(
          "{}: skipped {} of {} image files{}",
          source.name(),
          damaged.size(),
          of,
          damaged.size() > NAMED ? ", of which the first " + NAMED + " are named" : "");
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
    try {
      return open(folder, Framing.square(side, channels), LabelRule.AUTO);
    } catch (SettingException refused) {
      throw new IllegalArgumentException(
          folder + ": " + refused.sentence(UnaryOperator.identity()), refused);
    }
  }

  /** Finds the pictures of a folder or a ZIP file, framed, with classes by a rule and texts where there are some. */
  static ImageFolder open(Path folder, Framing framing, LabelRule rule) throws IOException {
    return open(folder, framing, rule, CaptionRule.AUTO);
  }

  /** Finds the pictures of a folder or a ZIP file, framed, with classes and texts by rules. */
  static ImageFolder open(Path folder, Framing framing, LabelRule rule, CaptionRule words)
      throws IOException {
    long mostKept = Math.min(MOST_KEPT, Runtime.getRuntime().maxMemory() / 4);
    PictureSource source = PictureSource.of(folder);
    return open(source, framing, rule, words, mostKept, MOST_AT_ONCE, told(folder));
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
   * @param source is closed with the pictures, and at once if there are none
   * @param mostKept bytes of decoded pictures that may be kept in memory
   * @param atOnce how many pictures are decoded right away
   */
  static ImageFolder open(
      PictureSource source,
      Framing framing,
      LabelRule rule,
      CaptionRule words,
      long mostKept,
      int atOnce,
      OpeningListener listener)
      throws IOException {
    boolean opened = false;
    try {
      ImageFolder images =
          new ImageFolder(source, framing, rule, words, mostKept, atOnce, listener);
      images.read(0, false, new float[images.pictureLength()], 0);
      opened = true;
      return images;
    } finally {
      if (!opened) {
        source.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private static void tell(OpeningListener listener, int done, int of) {
    if (done == of || done * 100L / of != (done - 1) * 100L / of) {
      synchronized (listener) {
        listener.opened(done, of);
      }
    }
  }

  /**
   * What was seen of a file.
   *
   * @param bytes of the decoded picture; none if only the header was looked at, or it is damaged
   * @param size of the picture in the file
   * @param fault why it is skipped; empty if it is not
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Looked(byte[] bytes, DataReport.Size size, String fault) {}

  private Looked look(Path file, boolean decodes, double place) {
    try {
      if (decodes) {
        ImageDecoder.Decoded picture = decoder.decode(file, place);
        return new Looked(picture.bytes(), picture.stored(), "");
      }
      return new Looked(new byte[0], ImageDecoder.look(file), "");
    } catch (IOException e) {
      String reason = Objects.requireNonNullElse(e.getMessage(), "damaged (" + e + ")");
      return new Looked(new byte[0], new DataReport.Size(0, 0), reason);
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
  public boolean captioned() {
    return !captions.of().isEmpty();
  }

  /** {@inheritDoc} Of a picture that was found to be damaged, it is that of the one that stands in for it. */
  @Override
  public String caption(int index, double chance) {
    if (!captioned()) {
      return Dataset.super.caption(index, chance);
    }
    Objects.checkIndex(index, size());
    int file = IntStream.range(0, size())
        .map(n -> standIn(index, n))
        .filter(other -> areOfOneClass(index, other) && !skipped.contains(other))
        .findFirst()
        .orElse(index);
    return captions.text(file, chance);
  }

  /** Who is shown in place of a picture if those before cannot be: first itself. */
  private int standIn(int index, int n) {
    return (index + n) % files.size();
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
      int file = standIn(index, n);
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

  /** {@inheritDoc} With classes or texts, it says what told them. */
  @Override
  public String describe() {
    return Dataset.super.describe()
        + (classes().isEmpty() ? "" : ", of " + classes().size() + " classes by " + labels.source())
        + (captioned() ? ", with " + captions.count() + " by " + captions.source() : "");
  }

  /** {@inheritDoc} It knows of the files what was seen when the folder was opened. */
  @Override
  public DataReport report() {
    Map<DataReport.Size, Integer> counts = new LinkedHashMap<>();
    sizes.forEach(size -> counts.merge(size, 1, Integer::sum));
    List<DataReport.Counted<DataReport.Size>> counted = counts.entrySet().stream()
        .map(entry -> new DataReport.Counted<>(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingInt(each -> -each.count()))
        .toList();
    return DataReport.of(this).withFiles(counted, oddities(), damaged, leftOut());
  }

  /** What becomes of pictures of another shape, if that are many. */
  private String oddities() {
    long odd = sizes.stream()
        .filter(size -> framing.lost(size.height(), size.width()) > LARGE_LOSS)
        .count();
    if (odd < MANY * size()) {
      return "";
    }
    String what = framing.crop() == Crop.NONE
        ? "are stretched by more than half of a side; choose another --size, or cut them"
        : "lose more than a third; choose another --size, or keep all with --crop none";
    return Text.of(
        "expected pictures of about the shape of %dx%d (height x width), %,d of %,d %s",
        height(), width(), odd, size(), what);
  }

  /** Decoded before or now, or null if it is damaged. */
  private byte @Nullable [] picture(int file, double place) {
    boolean keeps = kept.length() > 0;
    byte[] picture = keeps ? kept.get(file) : null;
    if (picture == null && !skipped.contains(file)) {
      Looked now = look(files.get(file), true, place);
      if (!now.fault().isEmpty()) {
        skipped.add(file);
        LOG.warn("{}: skipped, {}", source.nameOf(files.get(file)), now.fault());
        return null;
      }
      picture = now.bytes();
      if (keeps) {
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
    captions.of().forEach(texts -> texts.forEach(print::add));
    return print.text(bytes);
  }
}
