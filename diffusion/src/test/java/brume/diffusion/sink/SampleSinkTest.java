package brume.diffusion.sink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.tensor.io.NpyFile;
import brume.tensor.io.NpzFile;
import brume.tensor.io.SafeTensorsWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleSinkTest {

  @TempDir
  private Path folder;

  private static float[] all(SampleRequest request) {
    return Samples.draw(request, 0, (int) request.count());
  }

  private List<String> contents() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // ---- What is written --------------------------------------------------------------------------

  @Test
  void arraysOfFloatsHoldTheSamples() throws IOException {
    SampleRequest request = Samples.request("7-9,2", 2);
    Samples.writeAll(folder.resolve("a.npy"), request, 3);
    NpyFile npy = NpyFile.read(folder.resolve("a.npy"));
    assertArrayEquals(new long[] {4, 5, 4, 2}, npy.shape());
    assertArrayEquals(all(request), npy.floats());

    Samples.writeAll(folder.resolve("a.safetensors"), request, 1);
    Path expected = folder.resolve("expected");
    new SafeTensorsWriter().add("samples", new int[] {4, 5, 4, 2}, all(request)).write(expected);
    assertArrayEquals(
        Files.readAllBytes(expected), Files.readAllBytes(folder.resolve("a.safetensors")));
    assertEquals(List.of("a.npy", "a.safetensors", "expected"), contents());
  }

  @Test
  void numbersAreInTheUnitsOfTheData() throws IOException {
    SampleRequest series = new SampleRequest(SampleNumbers.first(1), 1, 3, 1, "model", -2, 6, 1, 1);
    Path out = folder.resolve("series.npy");
    try (SampleSink sink = SampleSink.open(out, series)) {
      sink.write(0, new float[] {0, 0.25f, 1});
    }
    assertArrayEquals(new float[] {-2, 0, 6}, NpyFile.read(out).floats());
  }

  @Test
  void anNpzHoldsBytes() throws IOException {
    SampleRequest request = Samples.request("0-3", 3);
    Samples.writeAll(folder.resolve("a.npz"), request, 3);
    NpzFile npz = NpzFile.read(folder.resolve("a.npz"));
    assertEquals(List.of("arr_0"), npz.names());
    NpyFile array = npz.array("arr_0"); // checks the sum
    assertArrayEquals(new long[] {4, 5, 4, 3}, array.shape());
    long[] bytes = array.longs();
    float[] values = all(request);
    for (int i = 0; i < bytes.length; i++) {
      assertEquals((long) (values[i] * 255 + 0.5f), bytes[i]);
    }
  }

  @Test
  void aZipAndAFolderHoldPicturesByTheirNumbers() throws IOException {
    SampleRequest request = Samples.request("12,1234567,3-4", 1);
    Samples.writeAll(folder.resolve("a.zip"), request, 2);
    Samples.writeAll(folder.resolve("each"), request, 3);
    assertEquals(List.of("a.zip", "each"), contents());
    try (ZipFile zip = new ZipFile(folder.resolve("a.zip").toFile())) {
      assertEquals(
          List.of("000012.png", "1234567.png", "000003.png", "000004.png"),
          zip.stream().map(ZipEntry::getName).toList());
      for (int i = 0; i < 4; i++) {
        String name = SampleNumbers.fileName(request.numbers().at(i));
        byte[] expected = Png.encode(Picture.of(5, 4, 1, all(request), 20 * i));
        assertArrayEquals(expected, zip.getInputStream(zip.getEntry(name)).readAllBytes());
        assertArrayEquals(expected, Files.readAllBytes(folder.resolve("each").resolve(name)));
      }
    }
    assertEquals(4, Samples.bytes(folder.resolve("each")).size());
  }

  @Test
  void aGridHoldsAllInOnePicture() throws IOException {
    SampleRequest request = Samples.request("0-6", 3);
    Samples.writeAll(folder.resolve("a.PNG"), request, 2);
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      pictures.add(Picture.of(5, 4, 3, all(request), 60 * i));
    }
    assertArrayEquals(
        Png.encode(ImageGrid.of(pictures).withScale(4).toPicture()),
        Files.readAllBytes(folder.resolve("a.PNG")));
    BufferedImage image = ImageIO.read(folder.resolve("a.PNG").toFile());
    assertEquals(3 * (4 * 4 + 2) + 2, image.getWidth());
  }

  // ---- Stopped and gone on with -----------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "a.npz", "a.npy", "a.zip", "a.safetensors", "each"})
  void stoppedAndGoneOnWithGivesTheBytesOfAnUndisturbedRun(String name) throws IOException {
    SampleRequest request = Samples.request("5-9,0-3,20", 3);
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Samples.writeAll(whole.resolve(name), request, 4);
    Path stopped = Files.createDirectory(folder.resolve("stopped"));
    for (int until : new int[] {3, 4, 9}) {
      try (SampleSink sink = SampleSink.open(stopped.resolve(name), request)) {
        assertEquals(until == 3 ? 0 : until == 4 ? 3 : 4, sink.done());
        Samples.write(sink, request, until, 2);
      }
      assertFalse(Files.exists(stopped.resolve(name)), "complete after " + until);
      assertTrue(Files.exists(stopped.resolve(name + ".part/state.json")));
    }
    Samples.writeAll(stopped.resolve(name), request, 4);
    assertEquals(Samples.bytes(whole), Samples.bytes(stopped));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "a.npz", "a.npy", "a.zip", "a.safetensors", "each"})
  void killedAtAnyMomentAndGoneOnWithGivesTheSameBytes(String name) throws IOException {
    SampleRequest request = Samples.request("0-9", 1);
    Path whole = Files.createDirectory(folder.resolve("whole"));
    Samples.writeAll(whole.resolve(name), request, 4);
    Path running = Files.createDirectory(folder.resolve("running"));
    // Saved after each sample, and then never: what a kill leaves is a state that lags behind.
    try (SampleSink sink = StreamedSink.open(running.resolve(name), request, 0)) {
      Samples.write(sink, request, 4, 1);
    }
    try (SampleSink sink = StreamedSink.open(running.resolve(name), request, Long.MAX_VALUE)) {
      Samples.write(sink, request, 7, 1);
      Path left = folder.resolve("left");
      Samples.copy(running, left);
      Path data = left.resolve(name + ".part/data");
      if (Files.isRegularFile(data)) { // more beyond what was saved than will ever be written over
        Files.write(data, new byte[100_000], StandardOpenOption.APPEND);
      }
      try (SampleSink next = SampleSink.open(left.resolve(name), request)) {
        assertEquals(4, next.done());
        Samples.write(next, request, 10, 4);
      }
      assertEquals(Samples.bytes(whole), Samples.bytes(left));
    }
  }

  @Test
  void killedWhileTheLastFilesAreMovedGivesAllOfThem() throws IOException {
    SampleRequest request = Samples.request("0-5", 1);
    Path out = folder.resolve("each");
    Samples.writeAll(out, request, 6);
    var expected = Samples.bytes(out);
    try (SampleSink sink = SampleSink.open(out, request)) {
      Samples.write(sink, request, 5, 6);
    }
    Path part = folder.resolve("each.part");
    Files.move(
        part.resolve("data/000002.png"),
        out.resolve("000002.png"),
        StandardCopyOption.REPLACE_EXISTING);
    Samples.writeAll(out, request, 1);
    assertEquals(expected, Samples.bytes(out));
    assertEquals(List.of("each"), contents());
  }

  @Test
  void theOldOutputStaysUntilTheNewOneIsComplete() throws IOException {
    Path out = folder.resolve("a.npy");
    Files.writeString(out, "the old one");
    SampleRequest request = Samples.request("0-3", 1);
    try (SampleSink sink = SampleSink.open(out, request)) {
      Samples.write(sink, request, 3, 1);
    }
    assertEquals("the old one", Files.readString(out));
    Samples.writeAll(out, request, 1);
    assertEquals(80, NpyFile.read(out).size());
  }

  @Test
  void nothingIsLeftOfASinkThatGotNothing() throws IOException {
    SampleSink.open(folder.resolve("a.zip"), Samples.request("0-3", 1)).close();
    assertEquals(List.of(), contents());
  }

  @Test
  void anotherRequestIsRefusedAndTheFirstOneKept() throws IOException {
    Path out = folder.resolve("a.npz");
    SampleRequest request = Samples.request("0-9", 1);
    try (SampleSink sink = SampleSink.open(out, request)) {
      Samples.write(sink, request, 4, 4);
    }
    SampleRequest other = new SampleRequest(request.numbers(), 5, 4, 1, "run 7, seed 4");
    String begun = out + ": expected to go on with what was begun, 4 samples of ";
    String advice = "; delete " + out + ".part to start over, or choose another name";
    assertEquals(
        begun + "fingerprint run 7, seed 3, got run 7, seed 4" + advice, refusal(out, other));
    assertEquals(
        begun + "numbers 0-9, got 0-10" + advice, refusal(out, Samples.request("0-10", 1)));
    try (SampleSink sink = SampleSink.open(out, request)) {
      assertEquals(4, sink.done());
    }
  }

  @Test
  void aSecondWriterIsRefused() throws IOException {
    Path out = folder.resolve("a.npz");
    SampleRequest request = Samples.request("0-9", 1);
    try (SampleSink sink = SampleSink.open(out, request)) {
      assertEquals(
          out + ": expected to be its only writer, got another process that writes it; wait for it"
              + " or choose another name",
          refusal(out, request));
      Samples.write(sink, request, 10, 10);
    }
    assertTrue(Files.exists(out));
  }

  @Test
  void damageToWhatIsUnfinishedIsNamed() throws IOException {
    Path out = folder.resolve("a.npy");
    SampleRequest request = Samples.request("0-9", 1);
    try (SampleSink sink = SampleSink.open(out, request)) {
      Samples.write(sink, request, 4, 4);
    }
    Path data = folder.resolve("a.npy.part/data"), state = folder.resolve("a.npy.part/state.json");
    byte[] bytes = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(bytes, 200));
    assertEquals(
        data + ": expected the 448 bytes that were saved, got fewer; delete " + out
            + ".part to start over",
        refusal(out, request));
    Files.writeString(state, "{");
    assertEquals(
        state + ": expected the state of an unfinished output, got other text; delete " + out
            + ".part to start over",
        refusal(out, request));
  }

  // ---- What is refused --------------------------------------------------------------------------

  @Test
  void samplesOutOfOrderAreRefused() throws IOException {
    SampleRequest request = Samples.request("0-3", 1);
    try (SampleSink sink = SampleSink.open(folder.resolve("a.npy"), request)) {
      float[] two = Samples.draw(request, 0, 2);
      assertThrows(IllegalArgumentException.class, () -> sink.write(1, two));
      assertThrows(IllegalArgumentException.class, () -> sink.write(0, new float[19]));
      assertThrows(IllegalArgumentException.class, () -> sink.write(0, new float[100]));
      sink.write(0, two);
      assertThrows(IllegalArgumentException.class, () -> sink.write(0, two));
      assertEquals(2, sink.done());
    }
  }

  @Test
  void whatIsNotFiniteIsNeverWritten() throws IOException {
    SampleRequest request = Samples.request("7-9", 1);
    Path out = folder.resolve("a.npy");
    try (SampleSink sink = SampleSink.open(out, request)) {
      float[] values = all(request);
      values[25] = Float.NaN;
      IOException e = assertThrows(IOException.class, () -> sink.write(0, values));
      assertEquals(
          "sample 8: expected finite values, got NaN; nothing of it was written", e.getMessage());
      sink.write(0, all(request));
    }
    assertArrayEquals(all(request), NpyFile.read(out).floats());
  }

  @Test
  void namesThatCannotBeWrittenAreRefusedBeforeAnyWork() throws IOException {
    SampleRequest request = Samples.request("0-3", 3);
    for (String ending : List.of(".tiff", ".pdf", ".mp4", ".pt", ".jpg")) {
      Path out = folder.resolve("x" + ending);
      assertEquals(
          out
              + ": expected a name that ends in .png, .gif, .npz, .npy, .zip or .safetensors, or one"
              + " without an ending for a folder, got " + ending,
          refusal(out, request));
    }
    Path nowhere = folder.resolve("nowhere/a.png");
    assertEquals(
        nowhere + ": expected to be written into a folder that exists, got none at "
            + nowhere.getParent() + "; make the folder first",
        refusal(nowhere, request));
    Path taken = Files.createDirectory(folder.resolve("taken.npz"));
    assertEquals(
        taken + ": expected a file to write, got a folder; choose another name",
        refusal(taken, request));
    Path file = Files.writeString(folder.resolve("notes"), "mine");
    assertTrue(
        refusal(file, request).startsWith(file + ": expected a folder, or a name that ends"));
    assertEquals(
        "output: expected the name of a file or folder, got an empty one",
        refusal(Path.of(""), request));
    assertEquals(List.of("notes", "taken.npz"), contents());
  }

  @Test
  void longNamesAreWrittenOrRefusedBeforeAnyWork() throws IOException {
    SampleRequest request = Samples.request("0-3", 3);
    String stem = String.join("", Collections.nCopies(251, "x"));
    Samples.writeAll(folder.resolve(stem + ".npy"), request, 4);
    Samples.writeAll(folder.resolve(stem + ".png"), request, 4);
    assertEquals(List.of(stem + ".npy", stem + ".png"), contents());
    Path longer = folder.resolve(stem + "é.npy");
    assertEquals(
        longer + ": expected a name of at most 255 bytes, got 257; choose a shorter one",
        refusal(longer, request));
  }

  @Test
  void picturesOfOddChannelsAndGridsOfThousandsAreRefused() {
    Path out = folder.resolve("a.zip");
    assertEquals(
        out + ": expected an .npz, .npy or .safetensors for samples of 2 channels, got pictures",
        refusal(out, Samples.request("0-3", 2)));
    Path grid = folder.resolve("a.png");
    assertEquals(
        grid + ": expected at most 4,096 samples and 100,000,000 values in one picture, got 50,000"
            + " samples of 5x4x3; choose a folder, a .zip or an .npz",
        refusal(grid, Samples.request("0-49999", 3)));
  }

  @Test
  void hugeCountsGetASentence() {
    SampleNumbers numbers = SampleNumbers.first(900_000_000_000_000_000L);
    SampleRequest request = new SampleRequest(numbers, 256, 256, 3, "");
    for (String name : List.of("a.npy", "a.npz", "a.safetensors")) {
      String message = assertThrows(
              IllegalArgumentException.class,
              () -> SampleSink.open(folder.resolve(name), request).close())
          .getMessage();
      assertTrue(
          message.startsWith("sample request: expected samples whose bytes can be counted, got"
              + " 900,000,000,000,000,000 of "),
          message);
    }
    assertTrue(
        refusal(folder.resolve("a.png"), request).contains("expected at most 4,096 samples"));
    SampleRequest much = new SampleRequest(SampleNumbers.first(40_000_000_000L), 64, 64, 3, "");
    Path out = folder.resolve("a.npy");
    assertTrue(
        refusal(out, much).startsWith(out + ": expected room for 1,966,080,000,000,128 bytes"),
        refusal(out, much));
  }

  @Test
  void picturesOfAnotherSetAreNotMixedWith() throws IOException {
    Path out = folder.resolve("each");
    Samples.writeAll(out, Samples.request("0-5", 1), 4);
    assertEquals(
        out + ": expected a new or an empty folder, or one with the pictures 0-4, got one with"
            + " 000005.png; choose another name",
        refusal(out, Samples.request("0-4", 1)));
    Files.writeString(out.resolve("notes.txt"), "mine");
    SampleRequest more = Samples.request("0-8", 1);
    Samples.writeAll(out, more, 4);
    assertEquals(10, Samples.bytes(out).size());
    assertEquals("mine", Files.readString(out.resolve("notes.txt")));
  }

  @Test
  void aLinkToAFolderStaysOne() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    Samples.writeAll(link, Samples.request("0-5", 1), 4);
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(6, Samples.bytes(real).size());
    assertEquals(List.of("link", "real"), contents());
  }

  private static String refusal(Path out, SampleRequest request) {
    return assertThrows(IOException.class, () -> SampleSink.open(out, request).close())
        .getMessage();
  }
}
