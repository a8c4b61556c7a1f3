package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.io.NpyHeader;
import brume.tensor.io.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesTest {

  @TempDir
  private Path folder;

  static Path npy(Path file, float[] values, long... shape) throws IOException {
    byte[] header = NpyHeader.of(StoredType.F32, shape);
    ByteBuffer bytes = ByteBuffer.allocate(header.length + Float.BYTES * values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(header);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return Files.write(file, bytes.array());
  }

  private Path text(String content) throws IOException {
    return Files.writeString(folder.resolve("series.csv"), content);
  }

  private static float[] read(Dataset series, int index, boolean flipped) throws IOException {
    float[] values = new float[series.pictureLength()];
    series.read(index, flipped, values, 0);
    return values;
  }

  private static Series open(Path file, int channels, Layout layout) throws IOException {
    return Series.open(file, channels, layout, 0, 0);
  }

  private static String refusal(Path file, int channels, double low, double high) {
    return assertThrows(
            IOException.class, () -> Series.open(file, channels, Layout.CHANNELS_LAST, low, high))
        .getMessage()
        .replace(file.toString(), "FILE");
  }

  @Test
  void theRangeOfTheFileBecomesZeroToOne() throws IOException {
    Path file = npy(folder.resolve("a"), new float[] {-2, 0, 2, 6, 5, 4}, 2, 3);
    Series series = open(file, 0, Layout.CHANNELS_LAST);
    assertEquals(
        "2 series of 3 steps, 1 channel, values from -2.000 to 6.000, from " + file,
        series.describe());
    assertArrayEquals(new float[] {0, 0.25f, 0.5f}, read(series, 0, false));
    assertArrayEquals(new float[] {0.75f, 0.875f, 1}, read(series, 1, true));
  }

  @Test
  void aStatedRangeHoldsAllNumbers() throws IOException {
    Path file = npy(folder.resolve("a"), new float[] {0, 1, 2, 3}, 2, 2);
    Series series = Series.open(file, 0, Layout.CHANNELS_LAST, -1, 7);
    assertArrayEquals(new float[] {0.375f, 0.5f}, read(series, 1, false));
    assertEquals(
        "FILE: expected numbers from 0.0 to 2.5, got 0.0 to 3.0; state a range that holds them all",
        refusal(file, 0, 0, 2.5));
  }

  @Test
  void channelsAreLastOrFirst() throws IOException {
    float[] values = {0, 1, 2, 3, 4, 5};
    Path file = npy(folder.resolve("a"), values, 1, 3, 2);
    Series last = open(file, 0, Layout.CHANNELS_LAST);
    assertEquals("3 2", last.width() + " " + last.channels());
    assertArrayEquals(new float[] {0, 0.2f, 0.4f, 0.6f, 0.8f, 1}, read(last, 0, false));
    assertArrayEquals(new float[] {0.8f, 1, 0.4f, 0.6f, 0, 0.2f}, read(last, 0, true));
    Series first = open(file, 3, Layout.CHANNELS_FIRST);
    assertEquals("2 3", first.width() + " " + first.channels());
    assertArrayEquals(new float[] {0, 0.4f, 0.8f, 0.2f, 0.6f, 1}, read(first, 0, false));
    Series rows = open(npy(folder.resolve("b"), values, 1, 6), 2, Layout.CHANNELS_FIRST);
    assertArrayEquals(new float[] {0, 0.6f, 0.2f, 0.8f, 0.4f, 1}, read(rows, 0, false));
  }

  @Test
  void aLineOfTextIsASeries() throws IOException {
    float[] expected = {0.5f, 0.75f, 1};
    for (String content : new String[] {
      "0,1,2\n2,3,4\n",
      "\uFEFFfirst,second,third\n0,1,2\n\n2,3,4",
      "\"x y\"; y ;z\r\n0 ; 1; 2\r\n2;3;4.0e0\r\n",
      "# saved by numpy\n0.0 1e0  2\n 2 3 4 \n",
      "0\t1\t2\n2\t+3\t4."
    }) {
      Series series = open(text(content), 0, Layout.CHANNELS_LAST);
      assertEquals(2, series.size(), content);
      assertArrayEquals(expected, read(series, 1, false), content);
    }
    Path zipped = Files.write(
        folder.resolve("a.csv.gz"), IdxBytes.gzip("0,1\n".getBytes(StandardCharsets.UTF_8)));
    assertArrayEquals(new float[] {0, 1}, read(open(zipped, 0, Layout.CHANNELS_LAST), 0, false));
  }

  @Test
  void refusesTextThatIsNoTable() throws IOException {
    assertEquals(
        "FILE: expected 2 numbers in every line, as in the first, got 3 in line 2",
        refusal(text("0,1\n2,3,4\n"), 0, 0, 0));
    assertEquals(
        "FILE: expected a number such as 0.5, got 'x' in line 2, column 2",
        refusal(text("0,1\n2,x\n"), 0, 0, 0));
    assertEquals(
        "FILE: expected a number such as 0.5, got '' in line 1, column 2",
        refusal(text("0,\n"), 0, 0, 0));
    assertEquals(
        "FILE: expected a number such as 0.5, got '2f' in line 1, column 2",
        refusal(text("0,2f\n"), 0, 0, 0));
    assertEquals(
        "FILE: expected lines of numbers, got none", refusal(text("only,words\n"), 0, 0, 0));
  }

  @Test
  void refusesNumbersThatCannotBeLearned() throws IOException {
    assertEquals(
        "FILE: expected finite numbers, got NaN in row 1; leave it out",
        refusal(text("0,1\n2,nan\n".replace("nan", "NaN")), 0, 0, 0));
    assertEquals(
        "FILE: expected numbers that differ, got 3.0 everywhere",
        refusal(text("3,3\n3,3\n"), 0, 0, 0));
  }

  @Test
  void refusesOtherSizes() throws IOException {
    assertEquals(
        "FILE: expected series of 2 channels, (N, L, C), got an array of (1, 3)",
        refusal(text("0,1,2\n"), 2, 0, 0));
    assertEquals(
        "FILE: expected series (N, L), (N, L, C) or (N, C, L), got an array of (4)",
        refusal(npy(folder.resolve("a"), new float[4], 4), 0, 0, 0));
    assertEquals(
        "FILE: expected series of 3 channels, (N, L, C), got an array of (1, 2, 2)",
        refusal(npy(folder.resolve("b"), new float[4], 1, 2, 2), 3, 0, 0));
  }

  @Test
  void resolvedSettingsNeedNoFile() throws IOException {
    Path file = npy(folder.resolve("a"), new float[] {-2, 0, 2, 6, 5, 4}, 1, 3, 2);
    DataSettings settings = Datasets.named(file.toString()).resolved();
    assertEquals(new SeriesSettings(file.toString(), 3, 2, Layout.CHANNELS_LAST, -2, 6), settings);
    Files.delete(file);
    assertEquals("(1, 3, 2)", settings.shape().toString());
    assertEquals(new SeriesExhibit(3, 2, -2, 6), settings.exhibit());
  }

  @Test
  void anotherFileMustFitTheSettings() throws IOException {
    Path file = npy(folder.resolve("a"), new float[] {0, 1, 2, 3}, 1, 4);
    SeriesSettings longer = new SeriesSettings(file.toString(), 5, 1, Layout.CHANNELS_LAST, 0, 3);
    assertEquals(
        file + ": expected series of 5 steps, got 4; give another file",
        assertThrows(IOException.class, longer::open).getMessage());
    assertEquals(
        "low: expected at most high, 0.0, got 3.0",
        assertThrows(
                IllegalArgumentException.class,
                () -> new SeriesSettings("a", 5, 1, Layout.CHANNELS_LAST, 3, 0))
            .getMessage());
  }

  @Test
  void theFingerprintIsOfTheContent() throws IOException {
    float[] values = {0, 1, 2, 3};
    String before =
        open(npy(folder.resolve("a"), values, 2, 2), 0, Layout.CHANNELS_LAST).fingerprint();
    assertEquals(
        before,
        open(npy(folder.resolve("b"), values, 2, 2), 0, Layout.CHANNELS_LAST).fingerprint());
    values[1] = 1.5f;
    assertNotEquals(
        before,
        open(npy(folder.resolve("c"), values, 2, 2), 0, Layout.CHANNELS_LAST).fingerprint());
  }
}
