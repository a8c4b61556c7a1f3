package brume.diffusion.data;

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
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the image files under a folder, by what their names end in. */
final class ImageFiles {
  private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);
  private static final String EXPECTED =
      ": expected a folder with pictures (PNG, JPEG, BMP or GIF), got ";
  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "bmp", "gif");

  private ImageFiles() {}

  /**
   * Lists the image files under a folder. Links are followed, except into a folder they lie in; a
   * subfolder that cannot be read is left out with a warning.
   *
   * @param folder where to look, and in all folders within
   * @return at least one file, in the order of their paths, which is the same on every system
   * @throws IOException if there is no such folder, it cannot be read or holds no image file
   */
  static List<Path> under(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new IOException(folder + EXPECTED + "nothing at this path; check its spelling");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + EXPECTED + "a file; name the folder it lies in");
    }
    if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
      throw new IOException(
          folder + EXPECTED + "a folder this user may not read; change its permissions");
    }
    Walk walk = new Walk();
    Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, walk);
    if (walk.images.isEmpty()) {
      throw new IOException(
          folder + EXPECTED + (walk.others == 0 ? "an empty folder" : walk.others + " other files")
              + "; put pictures there or name another folder");
    }
    walk.images.sort(
        Comparator.comparing(path -> folder.relativize(path).toString().replace('\\', '/')));
    return List.copyOf(walk.images);
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString();
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
  }

  private static final class Walk extends SimpleFileVisitor<Path> {
    private final List<Path> images = new ArrayList<>();
    private int others;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isImage(file) && attributes.isRegularFile()) {
        images.add(file);
      } else {
        others++;
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
