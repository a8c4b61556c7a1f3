package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that are none are told in one sentence, before a run is begun. */
class BadPicturesTest {

  @TempDir
  private Path folder;

  @Test
  void aMissingFolderIsTold() {
    Path missing = folder.resolve("pictures");
    refuses(
        2,
        missing,
        "--data: expected fashion-mnist, moving, shapes, a folder of image files, a file of pictures or series, or"
            + " one of toy:gaussian8, toy:gaussian25, toy:swissroll, toy:waves, got "
            + missing + ", which does not exist");
  }

  @Test
  void anEmptyFolderIsTold() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    refuses(
        empty,
        empty
            + ": expected a folder with pictures (PNG, JPEG, BMP, GIF, TIFF or WebP), got an empty folder; put"
            + " pictures there or name another folder");
  }

  @Test
  void anUnreadableFolderIsTold() throws IOException {
    File closed = Files.createDirectory(folder.resolve("closed")).toFile();
    TinyData.images(closed.toPath(), 1);
    assumeFalse(closed.setReadable(false) && closed.canRead(), "the superuser may read everything");
    refuses(
        closed.toPath(),
        closed
            + ": expected a folder with pictures (PNG, JPEG, BMP, GIF, TIFF or WebP), got a folder this user"
            + " may not read; change its permissions");
  }

  @Test
  void onlyDamagedImagesAreTold() throws IOException {
    Path images = TinyData.images(folder.resolve("images"), 1);
    Path image = images.resolve("picture-0.png");
    Files.write(image, Arrays.copyOf(Files.readAllBytes(image), 60));
    refuses(
        images,
        images
            + ": expected at least one readable picture, got 1 image files that are all damaged or"
            + " unsupported; the warnings above say why");
  }

  @Test
  void anIdxFileThatWasCutShortIsTold() throws IOException {
    Path idx = folder.resolve("short.idx");
    Files.write(idx, Arrays.copyOf(TinyData.idxBytes(), 500));
    refuses(
        idx,
        idx
            + ": expected 768 bytes after a header of (12, 8, 8), got 484; the file was cut short or"
            + " its header is wrong");
  }

  @Test
  void anIdxFileThatLiesIsTold() throws IOException {
    Path idx = folder.resolve("lying.idx");
    byte[] bytes = TinyData.idxBytes();
    bytes[4] = 0x7F; // two billion pictures
    Files.write(idx, bytes);
    Shell said = Shell.run(TinyData.train("--data", idx, "--run", folder.resolve("run")));
    said.fails(1, said.lastLine().substring("brume: ".length()));
    assertFalse(said.lastLine().contains("memory"), said.err());
    refuses(idx, said.lastLine().substring("brume: ".length()));
  }

  @Test
  void aFileOfWordsIsTold() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "pictures of cats");
    refuses(text, text + ": expected lines of numbers, got none");
  }

  private void refuses(Path data, String sentence) {
    refuses(1, data, sentence);
  }

  private void refuses(int status, Path data, String sentence) {
    Path run = folder.resolve("run");
    Shell.run(TinyData.train("--data", data, "--run", run)).fails(status, sentence);
    assertFalse(Files.exists(run), "nothing was begun");
  }
}
