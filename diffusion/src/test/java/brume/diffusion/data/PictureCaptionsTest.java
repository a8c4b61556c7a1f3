package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts that lie beside pictures, in each of the three ways. */
class PictureCaptionsTest {

  @TempDir
  Path folder;

  @BeforeEach
  void makePictures() throws IOException {
    TestImages.uniform(folder.resolve("a.png"), "png", 4, 4, 10);
    TestImages.uniform(folder.resolve("more/b.png"), "png", 4, 4, 20);
  }

  private void write(String file, String... lines) throws IOException {
    Files.write(folder.resolve(file), List.of(lines));
  }

  private ImageFolder open(CaptionRule rule) throws IOException {
    return ImageFolder.open(folder, Framing.square(4, 1), LabelRule.AUTO, rule);
  }

  /** All texts of a picture. */
  private static Set<String> texts(Dataset pictures, int index) {
    return IntStream.range(0, 8)
        .mapToObj(i -> pictures.caption(index, i / 8.0))
        .collect(Collectors.toSet());
  }

  private void refused(CaptionRule rule, String sentence) {
    String expected = sentence.replace("%", folder + folder.getFileSystem().getSeparator());
    assertEquals(expected, assertThrows(IOException.class, () -> open(rule)).getMessage());
  }

  @Test
  void linesNameFilesAndSayWhatTheyShow() throws IOException {
    write(
        "captions.jsonl",
        "{\"file\": \"more/b.png\", \"caption\": \"a boat\"}",
        "",
        "{\"file\": \"a.png\", \"caption\": \" a cat \"}",
        "{\"file\": \"more\\\\b.png\", \"caption\": [\"a ship\", \"water\"], \"more\": 1}");
    write("a.txt", "not looked at");
    try (ImageFolder pictures = open(CaptionRule.AUTO)) {
      assertTrue(pictures.captioned());
      assertEquals(Set.of("a cat"), texts(pictures, 0));
      assertEquals(Set.of("a boat", "a ship", "water"), texts(pictures, 1));
      assertTrue(
          pictures.describe().endsWith(", with 4 texts by captions.jsonl"), pictures.describe());
    }
  }

  @Test
  void namesOfHuggingFaceAreRead() throws IOException {
    write(
        "metadata.jsonl",
        "{\"file_name\": \"a.png\", \"text\": \"a cat\"}",
        "{\"file_name\": \"more/b.png\", \"text\": \"a boat\"}");
    try (ImageFolder pictures = open(CaptionRule.AUTO)) {
      assertEquals(Set.of("a cat"), texts(pictures, 0));
      assertEquals(Set.of("a boat"), texts(pictures, 1));
    }
    write(
        "metadata.jsonl",
        "{\"file_name\": \"a.png\", \"label\": 1}",
        "{\"file_name\": \"more/b.png\", \"label\": 2}");
    try (ImageFolder pictures = open(CaptionRule.AUTO)) {
      assertFalse(pictures.captioned());
      assertEquals(2, pictures.classes().size());
    }
  }

  @Test
  void textFilesLieBesidePictures() throws IOException {
    write("a.txt", "a cat", "", "a pet ");
    write("more/b.txt", "a boat");
    write("readme.txt", "of no picture");
    try (ImageFolder pictures = open(CaptionRule.AUTO)) {
      assertEquals(Set.of("a cat", "a pet"), texts(pictures, 0));
      assertEquals(Set.of("a boat"), texts(pictures, 1));
    }
    try (ImageFolder pictures = open(CaptionRule.NONE)) {
      assertFalse(pictures.captioned());
      assertThrows(IllegalStateException.class, () -> pictures.caption(0, 0));
    }
  }

  @Test
  void zipFilesHoldThemToo() throws IOException {
    write("captions.jsonl", lines("a cat"));
    Path file = folder.resolve("pictures.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : List.of("a.png", "more/b.png", "captions.jsonl")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Files.readAllBytes(folder.resolve(name)));
      }
    }
    try (ImageFolder pictures =
        ImageFolder.open(file, Framing.square(4, 1), LabelRule.AUTO, CaptionRule.METADATA)) {
      assertEquals(Set.of("a cat"), texts(pictures, 0));
    }
  }

  private static String[] lines(String ofFirst) {
    return new String[] {
      Text.of("{\"file\": \"a.png\", \"caption\": \"%s\"}", ofFirst),
      "{\"file\": \"more/b.png\", \"caption\": \"a boat\"}"
    };
  }

  @Test
  void everyTextIsDrawnAsOften() throws IOException {
    write("a.txt", "one", "two", "three");
    write("more/b.txt", "one", "two", "three");
    try (ImageFolder pictures = open(CaptionRule.AUTO)) {
      List<String> drawn = new Batches(pictures, 7, false).captions(0, 3000);
      for (String text : List.of("one", "two", "three")) {
        long count = drawn.stream().filter(text::equals).count();
        assertEquals(1000, count, 150, text);
      }
      assertEquals(drawn.subList(40, 50), new Batches(pictures, 7, false).captions(40, 10));
    }
  }

  @Test
  void textsAreOfTheFingerprint() throws IOException {
    String without = print();
    write("captions.jsonl", lines("a cat"));
    String cat = print();
    write("captions.jsonl", lines("a dog"));
    assertNotEquals(without, cat);
    assertNotEquals(cat, print());
    write("captions.jsonl", lines("a cat"));
    assertEquals(cat, print());
  }

  private String print() throws IOException {
    try (ImageFolder pictures = open(CaptionRule.AUTO)) {
      return pictures.fingerprint();
    }
  }

  @Test
  void whatStandsInForADamagedPictureHasItsOwnText() throws IOException {
    write("captions.jsonl", lines("a cat"));
    byte[] whole = Files.readAllBytes(folder.resolve("a.png"));
    try (ImageFolder pictures = ImageFolder.open(
        PictureSource.of(folder),
        Framing.square(4, 1),
        LabelRule.AUTO,
        CaptionRule.AUTO,
        0, // is decoded anew each time
        0,
        (done, of) -> {})) {
      float[] values = new float[16];
      pictures.read(0, false, values, 0);
      assertEquals("a cat", pictures.caption(0, 0));
      Files.write(folder.resolve("a.png"), Arrays.copyOf(whole, whole.length / 2));
      pictures.read(0, false, values, 0);
      assertEquals(20, Math.round(values[0] * 255));
      assertEquals("a boat", pictures.caption(0, 0));
    }
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() throws IOException {
    refused(
        CaptionRule.METADATA,
        folder
            + ": expected captions.jsonl or metadata.jsonl with texts of its pictures, got neither;"
            + " choose --captions texts or none");
    refused(
        CaptionRule.TEXTS,
        "%a.txt: expected a text of every picture, got none of a.png; add it, or choose --captions none");
    write("captions.jsonl", "{\"file\": \"a.png\", \"caption\": \"a cat\"}", "{\"file\"");
    String remedy = "; mend it, or choose --captions none";
    refused(
        CaptionRule.AUTO,
        "%captions.jsonl, line 2: expected an object of JSON in each line, got {\"file\"" + remedy);
    write("captions.jsonl", "{\"file\": \"a.png\"}");
    refused(
        CaptionRule.AUTO,
        "%captions.jsonl, line 1: expected a file and a caption, got {\"file\": \"a.png\"}"
            + remedy);
    write("captions.jsonl", "{\"file\": \"c.png\", \"caption\": \"c\"}");
    refused(
        CaptionRule.AUTO,
        "%captions.jsonl, line 1: expected the name of a picture that lies there, got {\"file\": \"c.png\","
            + " \"caption\": \"c\"}" + remedy);
    write("captions.jsonl", "{\"file\": \"a.png\", \"caption\": \"a cat\"}");
    refused(
        CaptionRule.AUTO,
        "%captions.jsonl: expected a text of every picture, got none of more/b.png; add it, or choose --captions"
            + " none");
    Files.write(folder.resolve("captions.jsonl"), new byte[] {(byte) 0xff, '\n'});
    refused(CaptionRule.AUTO, "%captions.jsonl: expected text in UTF-8, got other bytes");
    Files.delete(folder.resolve("captions.jsonl"));
    Files.write(folder.resolve("a.txt"), " \n".getBytes(StandardCharsets.UTF_8));
    refused(
        CaptionRule.AUTO,
        "%a.txt: expected a text of every picture, got none of a.png; add it, or choose --captions none");
  }
}
