package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.SettingException;
import brume.tensor.io.NpyHeader;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.io.StoredType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {

  @TempDir
  private Path folder;

  private Path file(String name, byte[]... parts) throws IOException {
    byte[] all = new byte[0];
    for (byte[] part : parts) {
      all = IdxBytes.join(all, part);
    }
    return Files.write(folder.resolve(name), all);
  }

  private String kind(Path file) {
    return Datasets.CATALOG.of(Datasets.named(file.toString())).name();
  }

  private String refusal(String word) {
    return assertThrows(SettingException.class, () -> Datasets.named(word))
        .getMessage()
        .replace(folder.toString(), "FOLDER");
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void aFileIsWhatItHolds() throws IOException {
    byte[] idx = IdxBytes.join(IdxBytes.header(2, 4, 6), new byte[48]);
    assertEquals("idx", kind(file("a.png", idx)));
    assertEquals("idx", kind(file("b", IdxBytes.gzip(idx))));
    byte[] bytes = IdxBytes.join(NpyHeader.of(StoredType.U8, 2, 4, 6), new byte[48]);
    assertEquals("arrays", kind(file("c", bytes)));
    assertEquals("arrays", kind(file("d", zip("arr_0.npy", bytes))));
    byte[] floats = IdxBytes.join(NpyHeader.of(StoredType.F32, 2, 4, 3), new byte[96]);
    assertEquals("series", kind(file("e", floats)));
    byte[] pictures = IdxBytes.join(NpyHeader.of(StoredType.F32, 2, 2, 2, 3), new byte[96]);
    assertEquals("arrays", kind(file("f", pictures)));
    byte[] head = SafeTensorsWriter.head("samples", StoredType.F32, new long[] {2, 2, 2, 3});
    assertEquals("arrays", kind(file("g", head, new byte[96])));
    assertEquals("series", kind(file("h.png", "0.5 1\n2 3\n".getBytes(StandardCharsets.UTF_8))));
    assertEquals("images", kind(folder));
  }

  @Test
  void aKindBeforeAColonDecides() throws IOException {
    Path file = file("a", NpyHeader.of(StoredType.U8, 2, 4, 6), new byte[48]);
    assertEquals(
        new SeriesSettings(file.toString(), 0, 0, Layout.CHANNELS_LAST, 0, 0),
        Datasets.named("series:" + file));
  }

  @Test
  void picturesThatAreNotSquareKeepTheirSizes() throws IOException {
    byte[] values = new byte[2 * 4 * 6 * 3];
    values[4 * 6 * 3 + 5] = (byte) 255;
    for (Path file : new Path[] {
      file("a", IdxBytes.header(2, 4, 6, 3), values),
      file("b", NpyHeader.of(StoredType.U8, 2, 4, 6, 3), values)
    }) {
      DataSettings settings = Datasets.named(file.toString()).resolved();
      assertEquals("(4, 6, 3)", settings.shape().toString());
      float[] picture = new float[72], expected = new float[72];
      expected[5] = 1;
      settings.open().read(1, false, picture, 0);
      assertArrayEquals(expected, picture);
      expected[5] = 0;
      expected[4 * 3 + 2] = 1; // the second pixel of six becomes the fifth
      settings.open().read(1, true, picture, 0);
      assertArrayEquals(expected, picture);
    }
  }

  @Test
  void picturesOfAnotherSizeAreRefused() throws IOException {
    Path file = file("a", IdxBytes.header(2, 4, 6), new byte[48]);
    IdxSettings before = new IdxSettings(file.toString(), 4, 4, 1, false);
    assertEquals(
        file + ": expected pictures of 4x4, 1 channels, as before, got 4x6, 1 channels; give the"
            + " former file",
        assertThrows(IOException.class, before::open).getMessage());
  }

  @Test
  void numbersBeyondThoseOfPicturesAreRefused() throws IOException {
    Path file = SeriesTest.npy(folder.resolve("a"), new float[] {-1, 0, 0, 1}, 1, 2, 2, 1);
    assertEquals(
        file + ": expected pictures of numbers from 0 to 1, got numbers from -1.0 to 1.0; scale"
            + " them to that",
        assertThrows(IOException.class, () -> ArrayImages.open(file)).getMessage());
    Path other = SeriesTest.npy(folder.resolve("b"), new float[4], 1, 1, 2, 2);
    assertEquals(
        other + ": expected pictures (N, H, W), (N, H, W, 1) or (N, H, W, 3), got an array of (1,"
            + " 1, 2, 2); transpose or reshape it",
        assertThrows(IOException.class, () -> ArrayImages.open(other)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version https://git-lfs.github.com/spec/v1 | a Git LFS pointer, which stands for a file"
            + " that was not fetched; run git lfs pull",
        "<!DOCTYPE html><html> | a web page; fetch the file again, as the server sent a page in its"
            + " place",
        "GIF89a | a GIF image; give the folder it lies in",
        "{\"seed\": 1} | a JSON file; give settings with --config, and numbers as CSV or .npy",
      })
  void otherFilesAreNamedWithWhatToDo(String content, String said) throws IOException {
    String refusal = refusal(file("a", content.getBytes(StandardCharsets.UTF_8)).toString());
    assertTrue(refusal.startsWith("{data}: FOLDER/a: expected a "), refusal);
    assertTrue(refusal.endsWith(", got " + said), refusal);
  }

  @Test
  void wordsThatNameNothingAreRefused() throws IOException {
    String expected =
        "{data}: expected fashion-mnist, moving, shapes, a folder of image files, a file of pictures"
            + " or series, or one of toy:gaussian8, toy:gaussian25, toy:swissroll, toy:waves, got ";
    assertEquals(expected + "an empty text", refusal(" "));
    assertEquals(
        expected + "fashion-mist, which does not exist; did you mean fashion-mnist",
        refusal("fashion-mist"));
    assertTrue(
        refusal("toy").startsWith("{data}: expected one of toy:gaussian8, "), refusal("toy"));
    assertEquals(
        "{data}: expected a path behind images:, as in images:PATH, got none", refusal("images"));
    Path two = file("two", SafeTensorsWriter.head("a", StoredType.U8, new long[] {4}), new byte[4]);
    assertEquals("series", kind(two)); // refused when it is opened, with its sizes
  }
}
