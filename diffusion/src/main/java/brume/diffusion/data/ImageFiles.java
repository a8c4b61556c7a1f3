package brume.diffusion.data;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image files under a folder, by what their names end in, and what was left out.
 *
 * @param folder where they are
 * @param called what people call that place
 * @param found at least one, in the order of their paths, which is the same on every system
 * @param unread how many files end in what is no picture that is read, by their endings
 * @param leftOut names of hidden folders and such as tools make beside pictures
 * @param hidden how many image files have names that begin with a point
 */
record ImageFiles(
    Path folder,
    String called,
    List<Found> found,
    Map<String, Integer> unread,
    Set<String> leftOut,
    int hidden) {

  private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);
  private static final String EXPECTED =
      ": expected a folder with pictures (PNG, JPEG, BMP, GIF, TIFF or WebP), got ";
  private static final Set<String> READ =
      Set.of("png", "jpg", "jpeg", "jpe", "jif", "jfif", "bmp", "gif", "tif", "tiff", "webp");

  /** Formats of pictures that are not read. */
  private static final Set<String> PICTURES = Set.of(
      "avif", "heic", "heif", "jxl", "jp2", "j2k", "ppm", "pgm", "pbm", "pnm", "tga", "psd", "svg",
      "ico", "exr", "hdr", "dng", "cr2", "nef", "arw", "apng");

  /** Thumbnails of Synology's and QNAP's disks, and what macOS packs into ZIP files. */
  private static final Set<String> OF_TOOLS = Set.of("@eadir", ".@__thumb", "__macosx");

  private static final int NAMED = 6; // endings or folders in a sentence
  private static final int SHOWN = 40; // characters of each of them

  /**
   * One file.
   *
   * @param path where it lies
   * @param bytes how long it was
   */
  record Found(Path path, long bytes) {}

  /**
   * Name of a file within the folder.
   *
   * @param file one that was found
   * @return with / between its parts, on every system
   */
  String name(Found file) {
    return folder.relativize(file.path()).toString().replace('\\', '/');
  }

  /**
   * Lists the image files under a folder, without opening any. Links are followed, except into a
   * folder they lie in; hidden folders and those of tools are left out, and so is a subfolder that
   * cannot be read, with a warning.
   *
   * @param source where to look, and in all folders within
   * @return at least one file
   * @throws IOException if there is no such folder, it cannot be read or holds no image file
   */
  static ImageFiles under(PictureSource source) throws IOException {
    Path folder = source.root();
    String called = source.name();
    if (!Files.exists(folder)) {
      throw new IOException(called + EXPECTED + "nothing at this path; check its spelling");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(called + EXPECTED + "a file; name the folder it lies in");
    }
    if (!source.isZip() && !(Files.isReadable(folder) && Files.isExecutable(folder))) {
      throw new IOException(
          called + EXPECTED + "a folder this user may not read; change its permissions");
    }
    Walk walk = new Walk(folder);
    Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
    walk.found.sort(
        Comparator.comparing(file -> folder.relativize(file.path()).toString().replace('\\', '/')));
    ImageFiles files = new ImageFiles(
        folder, called, List.copyOf(walk.found), walk.unread, walk.leftOut, walk.hidden);
    if (walk.found.isEmpty()) {
      throw new IOException(called + EXPECTED + files.instead());
    }
    return files;
  }

  private String instead() {
    int others = unread.values().stream().mapToInt(Integer::intValue).sum();
    if (others + leftOut.size() + hidden == 0) {
      return "an empty folder; put pictures there or name another folder";
    }
    boolean pictures = unread.keySet().stream().anyMatch(PICTURES::contains);
    List<String> parts = new ArrayList<>();
    if (others > 0) {
      parts.add(
          others + (others == 1 ? " other file (" : " other files (") + endings(unread) + ")");
    }
    if (!leftOut.isEmpty()) {
      parts.add("folders that are left out (" + named(leftOut) + ")");
    }
    if (hidden > 0) {
      parts.add(hidden + (hidden == 1 ? " hidden file" : " hidden files"));
    }
    return String.join(" and ", parts)
        + (pictures
            ? "; convert them to PNG or JPEG"
            : "; put pictures there or name another folder");
  }

  /**
   * Says what of the folder is not among the pictures although someone may think so.
   *
   * @return one sentence, or nothing if there is nothing to say
   */
  String remark() {
    List<String> parts = new ArrayList<>();
    Map<String, Integer> pictures = new TreeMap<>(unread);
    pictures.keySet().retainAll(PICTURES);
    if (!pictures.isEmpty()) {
      parts.add(endings(pictures) + ", which are not read and want to be converted to PNG or JPEG");
    }
    if (!leftOut.isEmpty()) {
      parts.add((leftOut.size() == 1 ? "the folder " : "the folders ") + named(leftOut));
    }
    if (hidden > 0) {
      parts.add(hidden + (hidden == 1 ? " hidden file" : " hidden files"));
    }
    return parts.isEmpty() ? "" : called + ": left out " + String.join("; ", parts);
  }

  /** Such as {@code 4 .webp, 1 .tif}, the most frequent first. */
  private static String endings(Map<String, Integer> counts) {
    String most = counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(NAMED)
        .map(entry -> entry.getValue() + " "
            + (entry.getKey().isEmpty()
                ? "without ending"
                : "." + Text.shown(entry.getKey(), SHOWN)))
        .collect(Collectors.joining(", "));
    return counts.size() > NAMED ? most + ", ..." : most;
  }

  private static String named(Set<String> folders) {
    String first = folders.stream()
        .limit(NAMED)
        .map(name -> Text.shown(name, SHOWN))
        .collect(Collectors.joining(", "));
    return folders.size() > NAMED ? first + ", ..." : first;
  }

  private static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    int point = name.lastIndexOf('.');
    return point < 0 ? "" : name.substring(point + 1).toLowerCase(Locale.ROOT);
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Found> found = new ArrayList<>();
    private final Map<String, Integer> unread = new TreeMap<>();
    private final Set<String> leftOut = new TreeSet<>();
    private int hidden;

    private Walk(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      String name = String.valueOf(folder.getFileName());
      if (!folder.equals(root)
          && (name.startsWith(".") || OF_TOOLS.contains(name.toLowerCase(Locale.ROOT)))) {
        leftOut.add(name);
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String ending = ending(file);
      boolean image = READ.contains(ending) && attributes.isRegularFile();
      if (String.valueOf(file.getFileName()).startsWith(".")) {
        hidden += image ? 1 : 0;
      } else if (image) {
        found.add(new Found(file, attributes.size()));
      } else {
        unread.merge(ending, 1, Integer::sum);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      LOG.warn("{}: left out, {}", file, e.toString());
      return FileVisitResult.CONTINUE;
    }
  }
}
