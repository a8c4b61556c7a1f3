package brume.diffusion.cli;

import brume.tensor.Text;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Collectors;

/** What a failure says to someone who did not write the program. */
final class Sentence {

  private Sentence() {}

  /** The sentence of a failure, with nothing in it that a terminal would obey. */
  static String of(Throwable failure) {
    return words(failure)
        .lines()
        .map(line -> Text.shown(line, line.length()))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static String words(Throwable failure) {
    if (failure instanceof UncheckedIOException && failure.getCause() != null) {
      return words(failure.getCause());
    }
    if (failure instanceof OutOfMemoryError) {
      return Text.of(
              "out of memory: expected at most the %,d MiB of the heap, got more; try a smaller --batch",
              Runtime.getRuntime().maxMemory() >> 20)
          + " or --dim, or a larger heap with BRUME_JAVA_OPTIONS=-Xmx8g";
    }
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + ": expected a file or folder, found none; check its name";
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile()
          + ": expected to be allowed to read and write it, access was denied; change its permissions";
    }
    if (failure instanceof FileAlreadyExistsException file) {
      return file.getFile() + ": expected a folder, got a file; choose another name";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return Text.of(
          "%s: expected to be able to use it, the system says: %s",
          system.getFile(), system.getReason());
    }
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName() + "; run again with --debug for details"
        : message;
  }
}
