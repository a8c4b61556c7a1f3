package brume.diffusion.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a failure says to someone who did not write the program. */
final class Sentence {

  private Sentence() {}

  static String of(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "out of memory: the heap of %,d MiB is full; try a smaller --batch or --dim, or a larger"
              .formatted(Runtime.getRuntime().maxMemory() >> 20)
          + " heap with BRUME_JAVA_OPTIONS=-Xmx8g";
    }
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + ": expected a file or folder, found none";
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": expected to be allowed to read and write it, access was denied";
    }
    if (failure instanceof FileSystemException system && system.getReason() != null) {
      return system.getFile() + ": " + system.getReason();
    }
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName() + "; run again with --debug for details"
        : message;
  }
}
