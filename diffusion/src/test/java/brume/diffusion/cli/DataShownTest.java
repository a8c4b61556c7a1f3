package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of the data that a run learns from. */
class DataShownTest {

  private static final int BROKEN = 10;
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  private Path folder;

  private Path pictures = Path.of("");
  private Path run = Path.of("");

  @BeforeEach
  void makePictures() throws IOException {
    pictures = folder.resolve("pictures");
    run = folder.resolve("run");
    TinyData.images(pictures.resolve("cat"), 3);
    TinyData.images(pictures.resolve("dog"), 2);
    for (int i = 0; i < BROKEN; i++) {
      Files.writeString(pictures.resolve("dog/broken" + i + ".png"), "no picture");
    }
  }

  private Shell train(Object... more) {
    Object[] words = TinyData.train("--data", pictures, "--size", 8, "--samples", 0, "--steps", 1);
    Object[] all = new Object[words.length + more.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Shell.run(all).succeeds();
  }

  @Test
  void aRunBeginsWithASummary() {
    Shell said = train("--run", run);
    assertTrue(said.err().contains("\nclasses: cat 3, dog 2\n"), said.err());
    assertTrue(said.err().contains("\nfiles of 12x16 pixels (height x width)\n"), said.err());
    assertTrue(
        said.err().contains("skipped 10 of 15 image files, of which the first 8 are named"),
        said.err());
    assertTrue(said.err().contains("\n--data-report names all files"), said.err());
    assertTrue(
        said.err().contains("\nbrume: " + pictures + ": expected 100 samples or more"), said.err());
    assertEquals("", said.out());
  }

  @Test
  void theWholeReportIsPrintedAlsoWhereNothingIsTrained() {
    for (Shell said :
        new Shell[] {train("--run", run, "--data-report"), train("--dry-run", "--data-report")}) {
      assertEquals(
          BROKEN, said.out().split("broken\\d\\.png: expected", -1).length - 1, said.out());
      assertTrue(said.out().contains("classes: cat 3, dog 2\n"), said.out());
    }
  }

  @Test
  void programsAreToldOneObject() throws IOException {
    Shell said = train("--run", run, "--log", "json");
    JsonNode data = JSON.missingNode();
    for (String line : said.out().lines().toList()) {
      JsonNode event = JSON.readTree(line);
      data = event.path("event").asText().equals("data") ? event : data;
      assertFalse(event.path("text").asText().startsWith("classes:"), line);
    }
    assertEquals(5, data.path("samples").asInt());
    assertEquals("{\"cat\":3,\"dog\":2}", data.path("classes").toString());
    assertEquals(BROKEN, data.path("skipped").asInt());
    assertEquals(8, data.path("skippedFiles").size());
    assertEquals("[12,16]", data.path("sizes").path("smallest").toString());
  }

  @Test
  void theFolderOfARunKeepsTheReportAndAPictureOfTheData() throws IOException {
    train("--run", run);
    JsonNode data = JSON.readTree(Files.readAllBytes(run.resolve("data.json")));
    assertEquals(BROKEN, data.path("skippedFiles").size());
    BufferedImage sheet = ImageIO.read(run.resolve("data.png").toFile());
    // A cell holds a picture of 8, four times as large, or the least width of a caption.
    assertEquals(3 * (76 + 4) + 4, sheet.getWidth());
    assertEquals(2 * (4 * 8 + 14 + 4) + 4, sheet.getHeight());
    byte[] before = Files.readAllBytes(run.resolve("data.png"));
    Shell.run("train", "--resume", run, "--steps", 2, "--device", "reference").succeeds();
    assertArrayEquals(before, Files.readAllBytes(run.resolve("data.png")));
  }

  @Test
  void thePictureShowsWhatTheNetworkSees() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx"));
    Shell.run(TinyData.train("--data", data, "--samples", 0, "--steps", 1, "--run", run))
        .succeeds();
    BufferedImage sheet = ImageIO.read(run.resolve("data.png").toFile());
    assertEquals(4 * (4 * 8 + 2) + 2, sheet.getWidth());
    byte[] bytes = TinyData.idxBytes();
    for (int y = 0; y < 8; y++) { // some picture of the file is the first of the sheet
      int row = y;
      boolean found = false;
      for (int n = 0; n < 12 && !found; n++) {
        found = true;
        for (int x = 0; x < 8; x++) {
          int level = sheet.getRaster().getSample(2 + 4 * x, 2 + 4 * row, 0);
          found &= level == (bytes[16 + 64 * n + 8 * row + x] & 0xFF);
        }
      }
      assertTrue(found, "row " + row);
    }
  }
}
