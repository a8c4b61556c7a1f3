package brume.diffusion.sink;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What is refused of an output before any work begins. */
final class OutputChecks {

  private static final int NAME_BYTES = 255; // of most file systems
  private static final int GRID_SAMPLES = 4096;
  private static final long GRID_VALUES = 100_000_000;

  private OutputChecks() {}

  /** The kind of an output that can be written and can hold what is asked for. */
  static OutputKind check(Path out, SampleRequest request) throws IOException {
    if (out.toString().isBlank()) {
      throw new IOException("output: expected the name of a file or folder, got an empty one");
    }
    int nameBytes = String.valueOf(out.getFileName()).getBytes(StandardCharsets.UTF_8).length;
    if (nameBytes > NAME_BYTES) {
      throw new IOException(Text.of(
          "%s: expected a name of at most %d bytes, got %d; choose a shorter one",
          out, NAME_BYTES, nameBytes));
    }
    OutputKind kind = OutputKind.of(out)
        .orElseThrow(() -> new IOException(Text.of(
            "%s: expected a name that ends in %s, or one without an ending for a folder, got %s",
            out, OutputKind.endings(), OutputKind.ending(out))));
    checkPlace(out, kind);
    checkSamples(out, kind, request);
    return kind;
  }

  private static void checkPlace(Path out, OutputKind kind) throws IOException {
    Path parent = out.toAbsolutePath().normalize().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new IOException(out + ": expected to be written into a folder that exists, got none at "
          + parent + "; make the folder first");
    }
    if (!Files.exists(out)) {
      return;
    }
    if (kind != OutputKind.FOLDER && !Files.isRegularFile(out)) {
      throw new IOException(out + ": expected a file to write, got "
          + (Files.isDirectory(out) ? "a folder" : "a device or a pipe")
          + "; choose another name");
    }
    if (kind == OutputKind.FOLDER && !Files.isDirectory(out)) {
      throw new IOException(out + ": expected a folder, or a name that ends in "
          + OutputKind.endings() + ", got a file; choose another name");
    }
  }

  private static void checkSamples(Path out, OutputKind kind, SampleRequest request)
      throws IOException {
    int channels = request.channels();
    if (kind.isPicture() && channels != 1 && channels != 3) {
      throw new IOException(Text.of(
          "%s: expected an .npz, .npy or .safetensors for samples of %d channels, got pictures",
          out, channels));
    }
    if (kind == OutputKind.ANIMATION && request.frames() == 1) {
      throw new IOException(Text.of(
          "%s: expected samples of several frames for a .gif, got pictures; choose a .png, or --steps-out for"
              + " their way from noise",
          out));
    }
    boolean together = kind == OutputKind.GRID || kind == OutputKind.ANIMATION;
    if (together && (request.count() > GRID_SAMPLES || request.bytes(1) > GRID_VALUES)) {
      throw new IOException(String.format(
          Locale.ROOT,
          "%s: expected at most %,d samples and %,d values in one picture, got %,d samples of"
              + " %dx%dx%d; choose a folder, a .zip or an .npz",
          out,
          GRID_SAMPLES,
          GRID_VALUES,
          request.count(),
          request.height(),
          request.width(),
          channels));
    }
    if (kind == OutputKind.FOLDER && Files.isDirectory(out)) {
      checkFolder(out, request);
    }
  }

  /** Refuses a folder where old pictures and new ones would be taken for one set. */
  private static void checkFolder(Path out, SampleRequest request) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(out, "*.png")) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!request.numbers().contains(SampleNumbers.numberOf(name))) {
          throw new IOException(Text.of(
                  "%s: expected a new or an empty folder, or one with the pictures %s, got one with %s;",
                  out, request.numbers(), name)
              + " choose another name");
        }
      }
    }
  }

  /** Refuses an output that the disk has no room for, where its size is known. */
  static void checkRoom(Path out, long bytes, long done) throws IOException {
    Path parent = out.toAbsolutePath().normalize().getParent();
    long free = parent == null ? 0 : Files.getFileStore(parent).getUsableSpace();
    if (free > 0 && bytes - done > free) { // some systems do not tell and say 0
      throw new IOException(String.format(
          Locale.ROOT,
          "%s: expected room for %,d bytes on the disk, got %,d; ask for fewer samples or choose"
              + " another place",
          out,
          bytes - done,
          free));
    }
  }
}
