package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.DataReport.Size;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of data before a training. */
class DataReportTest {

  @TempDir
  private Path folder;

  private void pictures(int count, int width, int height) throws IOException {
    for (int i = 0; i < count; i++) {
      TestImages.uniform(
          folder.resolve(Text.of("%dx%d-%d.png", width, height, i)), "png", width, height, i);
    }
  }

  private DataReport report(String size, Crop crop, List<Integer> box, int atOnce)
      throws IOException {
    return ImageFolder.open(
            PictureSource.of(folder),
            new Framing(PictureSize.parse(size), 1, crop, box),
            LabelRule.AUTO,
            CaptionRule.AUTO,
            Long.MAX_VALUE,
            atOnce,
            (done, of) -> {})
        .report();
  }

  private List<String> warnings(String size, Crop crop, List<Integer> box) throws IOException {
    return report(size, crop, box, 4096).warnings();
  }

  @ParameterizedTest
  @CsvSource({"4096", "0"}) // files of few are decoded at once, of many only their headers are read
  void sizesAreThoseOfTheFiles(int atOnce) throws IOException {
    pictures(3, 6, 4);
    pictures(1, 20, 10);
    pictures(1, 2, 3);
    DataReport report = report("4", Crop.CENTER, List.of(), atOnce);
    assertEquals(new Size(3, 2), report.smallest());
    assertEquals(new Size(10, 20), report.largest());
    assertEquals(new DataReport.Counted<>(new Size(4, 6), 3), report.sizes().get(0));
    assertEquals(
        "files of 3x2 to 10x20 pixels (height x width), most often 4x6 (3 of 5)",
        report.summary().get(1));
    assertEquals(
        "{\"smallest\":[3,2],\"largest\":[10,20],\"mostFrequent\":[4,6],\"ofMostFrequent\":3}",
        report.tree(0).path("sizes").toString());
  }

  @ParameterizedTest
  @CsvSource({"4096", "0"})
  void sizesAreThoseOfUprightPictures(int atOnce) throws IOException {
    Path file = folder.resolve("lying.jpg");
    TestImages.uniform(file, "jpeg", 16, 8, 99);
    byte[] jpeg = Files.readAllBytes(file);
    ByteBuffer turned = ByteBuffer.allocate(jpeg.length + 36);
    turned.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) 34);
    turned.put("Exif\0\0II*\0".getBytes(StandardCharsets.ISO_8859_1));
    turned.put(new byte[] {8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0});
    Files.write(file, turned.put(jpeg, 2, jpeg.length - 2).array());
    assertEquals(new Size(16, 8), report("4", Crop.CENTER, List.of(), atOnce).smallest());
  }

  @Test
  void everySkippedFileIsNamedWithItsReason() throws IOException {
    pictures(1, 4, 4);
    for (int i = 0; i < 11; i++) {
      Files.writeString(folder.resolve("broken" + i + ".png"), "no picture");
    }
    DataReport report = report("4", Crop.CENTER, List.of(), 4096);
    assertEquals(11, report.skipped().size());
    assertTrue(
        report.lines().contains("skipped 11 of 12 files:"), report.lines().toString());
    for (int i = 0; i < 11; i++) {
      String line = folder.resolve("broken" + i + ".png")
          + ": expected a PNG, JPEG, BMP, GIF, TIFF or WebP image, got other content";
      assertTrue(report.lines().contains(line), report.lines().toString());
    }
    assertEquals(3, report.tree(3).path("skippedFiles").size());
    assertEquals(11, report.tree(3).path("skipped").asInt());
  }

  @Test
  void fewPicturesAreWarnedOf() throws IOException {
    pictures(99, 4, 4);
    assertEquals(
        List.of(folder
            + ": expected 100 samples or more, better thousands, got 99; a model repeats so few"
            + " instead of learning from them"),
        warnings("4", Crop.CENTER, List.of()));
    pictures(1, 5, 5);
    assertEquals(List.of(), warnings("4", Crop.CENTER, List.of()));
  }

  @Test
  void oddShapesAreWarnedOf() throws IOException {
    pictures(90, 9, 6); // as of cameras
    pictures(9, 16, 9);
    assertEquals(1, warnings("4", Crop.CENTER, List.of()).size());
    pictures(1, 9, 16);
    assertEquals(
        List.of(folder
            + ": expected pictures of about the shape of 4x4 (height x width), 10 of 100 lose"
            + " more than a third; choose another --size, or keep all with --crop none"),
        warnings("4", Crop.CENTER, List.of()));
    assertTrue(warnings("4", Crop.RANDOM, List.of()).get(0).contains("10 of 100 lose"));
    assertTrue(warnings("4", Crop.NONE, List.of()).get(0).contains("10 of 100 are stretched"));
    assertEquals(List.of(), warnings("4", Crop.CENTER, List.of(0, 0, 5, 6)));
    assertTrue(warnings("4", Crop.CENTER, List.of(0, 0, 2, 6)).get(0).contains("100 of 100 lose"));
  }

  @Test
  void otherDataHaveClassesAndOneSize() throws IOException {
    DataReport report = FashionMnist.load().report();
    assertEquals(2, report.summary().size());
    assertTrue(
        report.summary().get(1).startsWith("classes: T-shirt/top 1,000, Trouser 1,000, "),
        report.summary().get(1));
    assertEquals(List.of(), report.warnings());
    assertEquals(new Size(28, 28), report.largest());
    assertEquals(10_000, report.tree(0).path("sizes").path("ofMostFrequent").asInt());
  }
}
