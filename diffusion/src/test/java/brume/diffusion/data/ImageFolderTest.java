package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir
  Path folder;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream stderr = System.err;

  @BeforeEach
  void captureTheLog() {
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void releaseTheLog() {
    System.setErr(stderr);
  }

  private String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  private String refusal(Path path) {
    return assertThrows(IOException.class, () -> ImageFolder.open(path, 4, 3)).getMessage();
  }

  private ImageFolder decodingEachTime(int side, int channels) throws IOException {
    return opened(side, channels, 0, 4096, (done, of) -> {});
  }

  private ImageFolder opened(
      int side, int channels, long mostKept, int atOnce, OpeningListener listener)
      throws IOException {
    return ImageFolder.open(
        PictureSource.of(folder),
        Framing.square(side, channels),
        LabelRule.AUTO,
        CaptionRule.AUTO,
        mostKept,
        atOnce,
        listener);
  }

  private static int level(Dataset pictures, int index) throws IOException {
    float[] values = new float[pictures.pictureLength()];
    pictures.read(index, false, values, 0);
    return Math.round(values[0] * 255);
  }

  @Test
  void picturesAreInTheOrderOfTheirPathsAlsoInFoldersWithin() throws IOException {
    TestImages.uniform(folder.resolve("b.JPG"), "jpeg", 8, 6, 20);
    TestImages.uniform(folder.resolve("a/z.png"), "png", 4, 4, 10);
    TestImages.uniform(folder.resolve("c.Jpeg"), "jpeg", 8, 9, 30);
    TestImages.uniform(folder.resolve("d/e/f.bmp"), "bmp", 5, 5, 40);
    TestImages.uniform(folder.resolve("g.gif"), "gif", 5, 5, 50);
    Files.writeString(folder.resolve("aa.txt"), "no picture");
    ImageFolder pictures = ImageFolder.open(folder, 4, 3);
    assertEquals("5 pictures of 4x4, 3 channels, from " + folder, pictures.describe());
    for (int i = 0; i < 5; i++) {
      assertEquals(10 * (i + 1), level(pictures, i), 1);
    }
    assertEquals("", log());
  }

  @Test
  void decodingEachTimeGivesTheSamePictures() throws IOException {
    TestImages.gradient(folder.resolve("a.png"), 40, 20);
    TestImages.gradient(folder.resolve("b.png"), 9, 33);
    ImageFolder kept = ImageFolder.open(folder, 8, 3);
    ImageFolder decoded = decodingEachTime(8, 3);
    float[] expected = new float[192];
    float[] actual = new float[192];
    for (int i = 0; i < 2; i++) {
      kept.read(i, true, expected, 0);
      decoded.read(i, true, actual, 0);
      assertArrayEquals(expected, actual);
    }
  }

  @Test
  void aDamagedPictureIsSkippedWithAWarning() throws IOException {
    TestImages.uniform(folder.resolve("a.png"), "png", 4, 4, 10);
    Path broken = folder.resolve("b.png");
    TestImages.gradient(broken, 30, 30);
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(broken), 100));
    Path text = Files.writeString(folder.resolve("c.gif"), "I am a text");
    TestImages.uniform(folder.resolve("d.png"), "png", 4, 4, 40);

    ImageFolder kept = ImageFolder.open(folder, 4, 1);
    assertEquals(2, kept.size());
    assertEquals(40, level(kept, 1));
    assertTrue(log().contains(broken + ": skipped, "), log());
    assertTrue(
        log()
            .contains(
                text
                    + ": skipped, expected a PNG, JPEG, BMP, GIF, TIFF or WebP image, got other content"),
        log());
    assertTrue(log().contains(folder + ": skipped 2 of 4 image files"), log());

    log.reset();
    ImageFolder decoded = decodingEachTime(4, 1);
    assertEquals(3, decoded.size()); // its header shows that c.gif is no picture
    assertEquals(40, level(decoded, 1));
    assertEquals(40, level(decoded, 2));
    assertEquals(40, level(decoded, 1));
    assertEquals(3, log().lines().count(), "a warning for each file and their count: " + log());
  }

  @Test
  void refusesAFolderOfDamagedPictures() throws IOException {
    Files.writeString(folder.resolve("a.png"), "");
    Files.writeString(folder.resolve("b.jpg"), "text");
    String expected =
        folder + ": expected at least one readable picture, got 2 image files that are all damaged"
            + " or unsupported; the warnings above say why";
    assertEquals(expected, refusal(folder));
    assertEquals(2, log().lines().count(), log());
    IOException e = assertThrows(IOException.class, () -> decodingEachTime(4, 3));
    assertEquals(expected, e.getMessage());
  }

  @Test
  void refusesPathsThatAreNoFolderOfPictures() throws IOException {
    String expected = ": expected a folder with pictures (PNG, JPEG, BMP, GIF, TIFF or WebP), got ";
    Path missing = folder.resolve("missing");
    assertEquals(missing + expected + "nothing at this path; check its spelling", refusal(missing));
    assertEquals(
        folder + expected + "an empty folder; put pictures there or name another folder",
        refusal(folder));
    Path file = Files.writeString(folder.resolve("png"), "a name without a dot");
    assertEquals(file + expected + "a file; name the folder it lies in", refusal(file));
    Files.writeString(folder.resolve("b.avif"), "");
    Files.delete(file);
    assertEquals(
        folder + expected + "1 other file (1 .avif); convert them to PNG or JPEG", refusal(folder));
  }

  @Test
  void refusesAFolderThatMayNotBeRead() throws IOException {
    TestImages.uniform(folder.resolve("locked/a.png"), "png", 4, 4, 10);
    Path locked = folder.resolve("locked");
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
    try {
      assumeFalse(Files.isReadable(locked), "root may read everything");
      assertEquals(
          locked
              + ": expected a folder with pictures (PNG, JPEG, BMP, GIF, TIFF or WebP), got a folder this"
              + " user may not read; change its permissions",
          refusal(locked));
    } finally {
      Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void linksInACircleAreWalkedOnce() throws IOException {
    TestImages.uniform(folder.resolve("in/a.png"), "png", 4, 4, 10);
    Files.createSymbolicLink(folder.resolve("in/back"), folder);
    Files.createSymbolicLink(folder.resolve("in/dangling.png"), folder.resolve("gone"));
    assertEquals(1, ImageFolder.open(folder, 4, 3).size());
    assertTrue(log().contains("FileSystemLoopException"), log());
  }

  @Test
  void refusesImpossibleSizes() {
    assertEquals(
        folder + ": expected 1 to 4096 pixels a side, got 0x0",
        assertThrows(IllegalArgumentException.class, () -> ImageFolder.open(folder, 0, 3))
            .getMessage());
    assertEquals(
        folder + ": channels: expected 1 (grey) or 3 (red, green, blue), got 4",
        assertThrows(IllegalArgumentException.class, () -> ImageFolder.open(folder, 8, 4))
            .getMessage());
  }

  @Test
  void manyPicturesAreDecodedWhenTheyAreWanted() throws IOException {
    for (int i = 0; i < 5; i++) {
      TestImages.uniform(folder.resolve(i + ".png"), "png", 4, 4, 10 * i);
    }
    ImageFolder images = opened(4, 1, Long.MAX_VALUE, 4, (done, of) -> assertEquals(5, of));
    Files.delete(folder.resolve("0.png")); // decoded when it was opened, and kept
    Files.delete(folder.resolve("3.png")); // not decoded yet
    assertEquals(0, level(images, 0));
    assertEquals(40, level(images, 3));
    assertEquals(20, level(images, 2));
    Files.delete(folder.resolve("2.png"));
    assertEquals(20, level(images, 2));
  }

  @Test
  void openingTellsHowFarItIs() throws IOException {
    for (int i = 0; i < 250; i++) {
      TestImages.uniform(folder.resolve(i + ".png"), "png", 2, 2, i);
    }
    List<Integer> told = new ArrayList<>();
    opened(2, 1, Long.MAX_VALUE, 4096, (done, of) -> told.add(done));
    assertEquals(100, told.size());
    assertEquals(250, Collections.max(told));
  }

  @Test
  void otherFormatsAndFoldersOfToolsAreLeftOutAndSaid() throws IOException {
    TestImages.uniform(folder.resolve("a.png"), "png", 4, 4, 10);
    for (String name : List.of("b.heic", "c.HEIC", "d.jxl", "e.txt", "._a.png", ".DS_Store")) {
      Files.writeString(folder.resolve(name), "");
    }
    for (String name : List.of("@eaDir", ".ipynb_checkpoints", "__MACOSX", ".git")) {
      TestImages.uniform(folder.resolve(name + "/b.png"), "png", 4, 4, 20);
    }
    ImageFolder images = ImageFolder.open(folder, 4, 1);
    assertEquals(1, images.size());
    assertEquals(
        folder + ": left out 2 .heic, 1 .jxl, which are not read and want to be converted to PNG or"
            + " JPEG; the folders .git, .ipynb_checkpoints, @eaDir, __MACOSX; 1 hidden file",
        images.leftOut());
    assertTrue(log().contains(images.leftOut()), log());
  }

  @Test
  void everyEndingOfJpegIsReadInAnyCase() throws IOException {
    List<String> names =
        List.of("a.jfif", "b.jpe", "c.jif", "d.JFIF", "e.JPEG", "f.Jpg", "g.PNG", "h.BMP");
    for (int i = 0; i < names.size(); i++) {
      String format = i < 6 ? "jpeg" : names.get(i).substring(2).toLowerCase(Locale.ROOT);
      TestImages.uniform(folder.resolve(names.get(i)), format, 4, 4, 10 * (i + 1));
    }
    ImageFolder images = ImageFolder.open(folder, 4, 1);
    assertEquals(names.size(), images.size());
    for (int i = 0; i < names.size(); i++) {
      assertEquals(10 * (i + 1), level(images, i), 1);
    }
    assertEquals("", images.leftOut());
  }

  @Test
  void aHiddenFolderThatIsNamedIsRead() throws IOException {
    TestImages.uniform(folder.resolve(".data/a.png"), "png", 4, 4, 10);
    assertEquals(1, ImageFolder.open(folder.resolve(".data"), 4, 1).size());
    assertEquals(
        folder
            + ": expected a folder with pictures (PNG, JPEG, BMP, GIF, TIFF or WebP), got folders that"
            + " are left out (.data); put pictures there or name another folder",
        refusal(folder));
  }

  @Test
  void theFingerprintIsThatOfTheContent() throws IOException {
    TestImages.gradient(folder.resolve("in/a.png"), 9, 9);
    TestImages.uniform(folder.resolve("in/b.png"), "png", 8, 8, 20);
    String before = ImageFolder.open(folder.resolve("in"), 4, 3).fingerprint();
    assertTrue(before.matches("2 of 4x4x3, \\d+ bytes, [0-9a-f]{16}"), before);

    Files.createDirectory(folder.resolve("copy"));
    for (String name : List.of("a.png", "b.png")) {
      Files.copy(folder.resolve("in/" + name), folder.resolve("copy/" + name));
    }
    assertEquals(before, ImageFolder.open(folder.resolve("copy"), 4, 3).fingerprint());

    byte[] bytes = Files.readAllBytes(folder.resolve("copy/b.png"));
    bytes[bytes.length - 1] ^= 1; // of the last chunk's sum, which nobody looks at
    Files.write(folder.resolve("copy/b.png"), bytes);
    String edited = ImageFolder.open(folder.resolve("copy"), 4, 3).fingerprint();
    assertNotEquals(before, edited);
    Files.move(folder.resolve("copy/b.png"), folder.resolve("copy/c.png"));
    assertNotEquals(edited, ImageFolder.open(folder.resolve("copy"), 4, 3).fingerprint());
    assertNotEquals(before, ImageFolder.open(folder.resolve("in"), 4, 1).fingerprint());
  }
}
