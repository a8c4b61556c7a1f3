package brume.diffusion.sink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of outputs, by what their names end in. */
enum OutputKind {
  GRID(".png"),
  ANIMATION(".gif"),
  NPZ(".npz"),
  NPY(".npy"),
  ZIP(".zip"),
  SAFETENSORS(".safetensors"),
  FOLDER("");

  private final String ending;

  OutputKind(String ending) {
    this.ending = ending;
  }

  /** Whether it shows pictures, which are grey or red, green, blue. */
  boolean isPicture() {
    return this == GRID || this == ANIMATION || this == ZIP || this == FOLDER;
  }

  /** The kind of an output, or nothing if its name ends in something else. */
  static Optional<OutputKind> of(Path out) {
    String name = String.valueOf(out.getFileName()).toLowerCase(Locale.ROOT);
    for (OutputKind kind : values()) {
      if (kind != FOLDER && name.endsWith(kind.ending)) {
        return Optional.of(kind);
      }
    }
    boolean folder = Files.isDirectory(out) || ending(out).isEmpty();
    return folder ? Optional.of(FOLDER) : Optional.empty();
  }

  /** What looks like the ending of a file: letters and digits after a point, such as {@code .mp4}. */
  static String ending(Path out) {
    String name = String.valueOf(out.getFileName());
    int point = name.lastIndexOf('.');
    String after = point < 1 ? "" : name.substring(point);
    return after.matches("\\.[a-zA-Z][a-zA-Z0-9]{0,11}") ? after : "";
  }

  /** Such as {@code .png, .npz, .npy, .zip or .safetensors}. */
  static String endings() {
    String all = Arrays.stream(values())
        .filter(kind -> kind != FOLDER)
        .map(kind -> kind.ending)
        .collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return all.substring(0, last) + " or " + all.substring(last + 2);
  }
}
