package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures as they lie around: in labelled folders, in ZIP files, in the files of CIFAR. */
class FoundPicturesTest {
  @TempDir
  Path temporary;

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("pictures"));
  }

  private void picture(String name, int level) throws IOException {
    TestImages.uniform(folder.resolve(name), "png", 4, 4, level);
  }

  private static ImageFolder open(Path path, LabelRule rule) throws IOException {
    return ImageFolder.open(path, Framing.square(4, 1), rule);
  }

  private String refused(LabelRule rule) {
    return assertThrows(IOException.class, () -> open(folder, rule)).getMessage();
  }

  private static int level(Dataset pictures, int index) throws IOException {
    float[] values = new float[pictures.pictureLength()];
    pictures.read(index, false, values, 0);
    return Math.round(values[0] * 255);
  }

  private static Path zipped(Path folder, Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file));
        var walk = Files.walk(folder)) {
      for (Path each : walk.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(each).toString().replace('\\', '/')));
        zip.write(Files.readAllBytes(each));
      }
    }
    return file;
  }

  // ---- classes

  @Test
  void foldersTellClasses() throws IOException {
    picture("dog/1.png", 10);
    picture("cat/old/2.png", 20);
    picture("cat/1.png", 30);
    ImageFolder pictures = open(folder, LabelRule.AUTO);
    assertEquals(List.of("cat", "dog"), pictures.classes());
    for (int i = 0; i < 3; i++) {
      assertEquals(level(pictures, i) == 10 ? 1 : 0, pictures.label(i));
    }
    assertTrue(
        pictures.describe().endsWith("of 2 classes by the names of folders"), pictures.describe());
    assertEquals("classes: cat 2, dog 1", pictures.report().summary().get(1));
    assertEquals(List.of(), open(folder, LabelRule.NONE).classes());
  }

  @Test
  void picturesOutsideOfFoldersHaveNoClass() throws IOException {
    picture("cat/1.png", 30);
    picture("dog/1.png", 30);
    picture("3.png", 30);
    assertEquals(List.of(), open(folder, LabelRule.AUTO).classes());
    assertTrue(
        refused(LabelRule.FOLDERS).startsWith(folder.resolve("3.png") + ": expected a picture"));
  }

  @Test
  void oneClassIsNone() throws IOException {
    picture("cat/1.png", 30);
    assertEquals(List.of(), open(folder, LabelRule.AUTO).classes());
    assertTrue(refused(LabelRule.FOLDERS).contains("two classes or more"));
  }

  @Test
  void beginningsOfNamesTellClassesInTheOrderOfNumbers() throws IOException {
    picture("10_0001.png", 1);
    picture("9_0001.png", 2);
    picture("9-12.png", 3);
    ImageFolder pictures = open(folder, LabelRule.PREFIX);
    assertEquals(List.of("9", "10"), pictures.classes());
    assertEquals(1, pictures.label(0));
    picture("nine.png", 3);
    assertTrue(refused(LabelRule.PREFIX).contains("nine.png: expected a name of a class"));
  }

  @Test
  void filesOfLabelsTellClasses() throws IOException {
    picture("a/1.png", 1);
    picture("b/1.png", 2);
    Files.writeString(
        folder.resolve("metadata.jsonl"),
        "{\"file_name\": \"a/1.png\", \"label\": \"boot\"}\n"
            + "{\"file_name\": \"b/1.png\", \"label\": \"bag\"}\n");
    ImageFolder pictures = open(folder, LabelRule.AUTO);
    assertEquals(List.of("bag", "boot"), pictures.classes());
    assertEquals(1, pictures.label(0));

    Files.writeString(
        folder.resolve("metadata.jsonl"), "{\"file_name\": \"a/1.png\", \"label\": \"boot\"}\n");
    assertTrue(refused(LabelRule.AUTO)
        .contains("expected a label for every picture, got none for b/1.png"));
    Files.writeString(folder.resolve("metadata.jsonl"), "{\"file_name\"");
    for (LabelRule rule : List.of(LabelRule.METADATA, LabelRule.AUTO)) {
      assertEquals(
          folder.resolve("metadata.jsonl")
              + ", line 1: expected an object of JSON in each line, got {\"file_name\"; mend it, or"
              + " choose --labels folders or none",
          refused(rule));
    }
    assertEquals(2, open(folder, LabelRule.FOLDERS).classes().size(), "it is left unread");

    Files.delete(folder.resolve("metadata.jsonl"));
    assertTrue(refused(LabelRule.METADATA).contains("got neither"));
    Files.writeString(
        folder.resolve("dataset.json"), "{\"labels\": [[\"a/1.png\", 12], [\"b/1.png\", 3]]}");
    assertEquals(List.of("3", "12"), open(folder, LabelRule.AUTO).classes());
    Files.writeString(folder.resolve("dataset.json"), "{\"labels\": null}"); // as EDM writes it
    assertEquals(List.of("a", "b"), open(folder, LabelRule.AUTO).classes());
  }

  @Test
  void aFileOfLabelsIsPartOfTheFingerprint() throws IOException {
    picture("a.png", 1);
    picture("b.png", 2);
    Path labels = folder.resolve("dataset.json");
    Files.writeString(labels, "{\"labels\": [[\"a.png\", 0], [\"b.png\", 1]]}");
    String before = open(folder, LabelRule.AUTO).fingerprint();
    Files.writeString(labels, "{\"labels\": [[\"a.png\", 1], [\"b.png\", 0]]}");
    assertNotEquals(before, open(folder, LabelRule.AUTO).fingerprint());
  }

  @Test
  void resolvedSettingsKnowTheClassesAndHoldOnToThem() throws IOException {
    picture("cat/1.png", 30);
    picture("dog/1.png", 30);
    DataSettings settings = ImagesSettings.of(folder.toString(), 4, 1, false).resolved();
    assertEquals(List.of("cat", "dog"), settings.classes());
    Files.move(folder.resolve("dog"), folder.resolve("cow"));
    String refusal = assertThrows(IOException.class, settings::open).getMessage();
    assertTrue(refusal.contains("cat, dog, as before, got cat, cow"), refusal);
  }

  @Test
  void whatStandsInForADamagedPictureIsOfItsClass() throws IOException {
    picture("a/1.png", 10);
    picture("b/1.png", 20);
    picture("b/2.png", 30);
    ImageFolder pictures = ImageFolder.open(
        PictureSource.of(folder),
        Framing.square(4, 1),
        LabelRule.AUTO,
        CaptionRule.AUTO,
        0,
        0,
        (done, of) -> {});
    Files.write(folder.resolve("b/2.png"), new byte[10]);
    assertEquals(20, level(pictures, 2));
    Files.write(folder.resolve("a/1.png"), new byte[10]);
    assertTrue(assertThrows(IOException.class, () -> level(pictures, 0))
        .getMessage()
        .contains("of class a"));
  }

  @Test
  void aClassOfDamagedPicturesStaysOne() throws IOException {
    picture("bag/1.png", 10);
    picture("boot/1.png", 20);
    Files.createDirectories(folder.resolve("bird"));
    Files.write(folder.resolve("bird/1.png"), new byte[10]);
    DataSettings settings = ImagesSettings.of(folder.toString(), 4, 1, false).resolved();
    Dataset pictures = settings.open();
    assertEquals(List.of("bag", "bird", "boot"), pictures.classes());
    assertEquals(2, pictures.size());
    assertEquals(2, pictures.label(1));
    assertEquals(20, level(pictures, 1));
  }

  @Test
  void foldersWithinOneFolderTellClasses() throws IOException {
    picture("pets/big/cat/1.png", 30);
    picture("pets/big/dog/old/1.png", 30);
    for (LabelRule rule : List.of(LabelRule.AUTO, LabelRule.FOLDERS)) {
      assertEquals(List.of("cat", "dog"), open(folder, rule).classes());
      Path zip = zipped(folder, temporary.resolve("pets.zip"));
      assertEquals(List.of("cat", "dog"), open(zip, rule).classes());
    }
    picture("pets/1.png", 30);
    assertEquals(List.of(), open(folder, LabelRule.AUTO).classes());
    assertTrue(refused(LabelRule.FOLDERS).contains("all of class pets"));
  }

  @Test
  void blankLinesBeforeLabelsAreSkipped() throws IOException {
    picture("1.png", 1);
    Path labels = folder.resolve("metadata.jsonl");
    Files.writeString(labels, "\n  \n{\"file_name\": \"1.png\", \"label\": \"boot\"}\n");
    assertEquals(List.of("boot"), open(folder, LabelRule.AUTO).classes());
    Files.writeString(labels, "\nno JSON\n");
    assertTrue(refused(LabelRule.AUTO).contains("line 2: expected an object of JSON"));
    assertTrue(refused(LabelRule.AUTO).endsWith("or choose --labels folders or none"));
  }

  // ---- ZIP

  @Test
  void aZipFileIsReadLikeItsFolder() throws IOException {
    picture("dog/1.png", 10);
    picture("cat/1.png", 30);
    picture("__MACOSX/cat/1.png", 99);
    Path zip = zipped(folder, temporary.resolve("all.zip"));
    ImageFolder pictures = open(zip, LabelRule.AUTO);
    assertEquals(2, pictures.size());
    assertEquals(List.of("cat", "dog"), pictures.classes());
    assertEquals(30, level(pictures, 0));
    assertEquals(10, level(pictures, 1));
    assertTrue(pictures.describe().contains(zip.toString()), pictures.describe());
    assertInstanceOf(ImagesSettings.class, Datasets.named(zip.toString()));
    assertEquals(
        List.of("cat", "dog"),
        ImagesSettings.of(zip.toString(), 4, 1, false).resolved().classes());
  }

  @Test
  void aZipFileIsHeldOpenUntilItsPicturesAreClosed() throws IOException {
    picture("a/1.png", 10);
    picture("b/1.png", 20);
    Path file = zipped(folder, temporary.resolve("pictures.zip"));
    DataSettings settings = Datasets.named(file.toString()).resolved();
    assertEquals(0, holders(file));
    try (Dataset pictures = settings.open()) {
      assertEquals(20, level(pictures, 1), 1);
      assertEquals(1, holders(file));
    }
    assertEquals(0, holders(file));

    picture("c/1.png", 30);
    zipped(folder, file);
    assertThrows(IOException.class, settings::open); // of other classes than before
    assertThrows(
        IOException.class,
        () -> ImageFolder.open(
            PictureSource.of(file),
            Framing.square(4, 1),
            LabelRule.METADATA,
            CaptionRule.AUTO,
            0,
            0,
            (done, of) -> {}));
    assertEquals(0, holders(file));
  }

  /** How often this process holds a file open. */
  private static long holders(Path file) throws IOException {
    Path open = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(open), "a system that lists open files");
    Path wanted = file.toRealPath();
    try (var all = Files.list(open)) {
      return all.filter(each -> {
            try {
              return Files.readSymbolicLink(each).equals(wanted);
            } catch (IOException closed) {
              return false;
            }
          })
          .count();
    }
  }

  @Test
  void damagedAndHostileZipFilesAreNamed() throws IOException {
    picture("a.png", 10);
    Path zip = zipped(folder, temporary.resolve("all.zip"));
    byte[] bytes = Files.readAllBytes(zip);
    Path cut = Files.write(temporary.resolve("cut.zip"), Arrays.copyOf(bytes, bytes.length / 2));
    assertTrue(assertThrows(IOException.class, () -> open(cut, LabelRule.AUTO))
        .getMessage()
        .startsWith(cut.toString()));
    Path slip = temporary.resolve("slip.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(slip))) {
      out.putNextEntry(new ZipEntry("../out.png"));
      out.write(Files.readAllBytes(folder.resolve("a.png")));
    }
    assertTrue(assertThrows(IOException.class, () -> open(slip, LabelRule.AUTO))
        .getMessage()
        .startsWith(slip.toString()));
  }

  // ---- sizes and formats

  @Test
  void sizesAreHeightTimesWidth() throws IOException {
    BufferedImage halves = TestImages.image(80, 40, Color.BLACK);
    TestImages.paint(halves, 40, 80, Color.WHITE);
    TestImages.write(folder.resolve("a.png"), "png", halves);
    ImagesSettings settings = new ImagesSettings(
        folder.toString(),
        PictureSize.parse("4x8"),
        1,
        false,
        Crop.CENTER,
        List.of(),
        LabelRule.AUTO,
        CaptionRule.AUTO,
        List.of());
    Dataset pictures = settings.open();
    assertEquals(4, pictures.height());
    assertEquals(8, pictures.width());
    float[] values = new float[32];
    pictures.read(0, false, values, 0);
    assertEquals(0, values[2], 0.01);
    assertEquals(1, values[5], 0.01);
    assertEquals("48x64", PictureSize.parse("48 x 64").toString());
    assertEquals("64", PictureSize.parse("64x64").toString());
    assertThrows(IllegalArgumentException.class, () -> PictureSize.parse("64x"));
    assertThrows(IllegalArgumentException.class, () -> PictureSize.parse("0"));
  }

  private float[] framed(Crop crop, double place, Integer... box) throws IOException {
    ImageFolder pictures = ImageFolder.open(
        folder, new Framing(PictureSize.square(2), 1, crop, List.of(box)), LabelRule.AUTO);
    float[] values = new float[4];
    pictures.read(0, false, place, values, 0);
    return values;
  }

  @Test
  void whatIsKeptIsTheMiddleAPartOrAll() throws IOException {
    BufferedImage thirds = TestImages.image(60, 20, Color.BLACK);
    TestImages.paint(thirds, 20, 40, new Color(51, 51, 51));
    TestImages.paint(thirds, 40, 60, Color.WHITE);
    TestImages.write(folder.resolve("a.png"), "png", thirds);
    assertArrayEquals(new float[] {0.2f, 0.2f, 0.2f, 0.2f}, framed(Crop.CENTER, 0), 1e-3f);
    assertArrayEquals(new float[4], framed(Crop.RANDOM, 0), 1e-3f);
    assertArrayEquals(new float[] {1, 1, 1, 1}, framed(Crop.RANDOM, 1), 1e-3f);
    float[] all = framed(Crop.NONE, 0);
    assertTrue(all[0] < 0.15 && all[1] > 0.6, all[0] + " " + all[1]);
    assertArrayEquals(new float[] {1, 1, 1, 1}, framed(Crop.CENTER, 0, 0, 40, 20, 20), 1e-3f);
    String refusal = assertThrows(IOException.class, () -> framed(Crop.CENTER, 0, 0, 50, 20, 20))
        .getMessage();
    assertTrue(refusal.contains("expected at least one readable picture"), refusal);
  }

  @Test
  void tiffAndWebpAreRead() throws IOException {
    TestImages.uniform(folder.resolve("a.tif"), "tiff", 8, 8, 100);
    // A lossless WebP of 8x8 pixels of (200, 80, 30), from Pillow.
    Files.write(
        folder.resolve("b.webp"),
        Base64.getDecoder().decode("UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABAAdQqCLXo/+BiOh/AAA="));
    ImageFolder pictures = ImageFolder.open(folder, 8, 3);
    assertEquals(2, pictures.size());
    assertEquals(100, level(pictures, 0));
    float[] webp = new float[192];
    pictures.read(1, false, webp, 0);
    assertArrayEquals(
        new float[] {200 / 255f, 80 / 255f, 30 / 255f}, Arrays.copyOf(webp, 3), 1e-3f);
  }

  // ---- CIFAR

  private static void cifar(Path file, int labels, int... told) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int label : told) {
        byte[] record = new byte[labels + 3072];
        record[labels - 1] = (byte) label;
        record[labels] = (byte) 255; // red of the first pixel
        record[labels + 1024 + 1] = (byte) 255; // green of the second
        out.write(record);
      }
    }
  }

  @Test
  void cifarHasPicturesLabelsAndNames() throws IOException {
    cifar(folder.resolve("data_batch_1.bin"), 1, 3, 9);
    cifar(folder.resolve("data_batch_2.bin"), 1, 7);
    cifar(folder.resolve("test_batch.bin"), 1, 1);
    Files.writeString(
        folder.resolve("batches.meta.txt"), "a0\na1\na2\na3\na4\na5\na6\na7\na8\na9\n\n");
    DataSettings settings = Datasets.named(folder.toString()).resolved();
    assertEquals("a9", settings.classes().get(9));
    Dataset pictures = settings.open();
    assertEquals(3, pictures.size());
    assertEquals(
        List.of(3, 9, 7), List.of(pictures.label(0), pictures.label(1), pictures.label(2)));
    float[] values = new float[3072];
    pictures.read(2, false, values, 0);
    assertArrayEquals(new float[] {1, 0, 0, 0, 1, 0}, Arrays.copyOf(values, 6));
    assertEquals(
        1, Datasets.named(folder.resolve("test_batch.bin").toString()).open().label(0));
  }

  @Test
  void cifar100HasFineAndCoarseLabels() throws IOException {
    cifar(folder.resolve("train.bin"), 2, 99, 5);
    assertEquals(99, new CifarFiles(folder, CifarSettings.Names.FINE).label(0));
    assertEquals(100, new CifarFiles(folder, CifarSettings.Names.FINE).classes().size());
    assertEquals(0, new CifarFiles(folder, CifarSettings.Names.COARSE).label(0));
    Files.write(folder.resolve("train.bin"), new byte[3074 + 5]);
    assertTrue(
        assertThrows(IOException.class, () -> new CifarFiles(folder, CifarSettings.Names.FINE))
            .getMessage()
            .contains("train.bin: expected records of CIFAR-10"));
  }

  @Test
  void cifar10HasNoCoarseLabels() throws IOException {
    cifar(folder.resolve("data_batch_1.bin"), 1, 3);
    assertTrue(
        assertThrows(IOException.class, () -> new CifarFiles(folder, CifarSettings.Names.COARSE))
            .getMessage()
            .endsWith("got CIFAR-10, which has one name for each; leave out --names"));
  }
}
