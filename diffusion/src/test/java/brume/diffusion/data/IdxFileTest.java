package brume.diffusion.data;

import static brume.diffusion.data.IdxBytes.gzip;
import static brume.diffusion.data.IdxBytes.header;
import static brume.diffusion.data.IdxBytes.join;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {
  private static final byte[] TWO_PICTURES =
      join(header(2, 2, 3), new byte[] {0, 1, 2, 3, 4, 5, -1, -2, -3, -4, -5, -6});

  @TempDir
  Path folder;

  private static IdxFile read(byte[] bytes) throws IOException {
    return IdxFile.read(new ByteArrayInputStream(bytes), "a.idx");
  }

  private static String refusal(byte[] bytes) {
    return assertThrows(IOException.class, () -> read(bytes)).getMessage();
  }

  @Test
  void readsPicturesWhateverTheFileIsCalled() throws IOException {
    Path plain = Files.write(folder.resolve("plain.gz"), TWO_PICTURES);
    Path zipped = Files.write(folder.resolve("zipped.idx"), gzip(TWO_PICTURES));
    for (Path file : new Path[] {plain, zipped}) {
      IdxImages images = IdxImages.open(file);
      assertEquals("2 pictures of 2x3, 1 channel, from " + file, images.describe());
      float[] values = new float[8];
      images.read(1, false, values, 1);
      assertArrayEquals(
          new float[] {0, 1, 254 / 255f, 253 / 255f, 252 / 255f, 251 / 255f, 250 / 255f, 0},
          values);
    }
  }

  @Test
  void flippingMirrorsPixelsButNotChannels() throws IOException {
    byte[] bytes = join(header(1, 1, 2, 3), new byte[] {51, 102, (byte) 153, 0, (byte) 255, 0});
    float[] values = new float[6];
    IdxImages.of(read(bytes)).read(0, true, values, 0);
    assertArrayEquals(new float[] {0, 1, 0, 51 / 255f, 102 / 255f, 153 / 255f}, values);
  }

  @Test
  void refusesIndicesAndRoomOutOfRange() throws IOException {
    IdxImages images = IdxImages.of(read(TWO_PICTURES));
    assertThrows(IndexOutOfBoundsException.class, () -> images.read(2, false, new float[6], 0));
    assertThrows(IndexOutOfBoundsException.class, () -> images.read(0, false, new float[6], 1));
  }

  @Test
  void refusesOtherFiles() {
    assertEquals(
        "a.idx: expected an IDX file, which begins with 00 00 08 and its rank, got 89 50 4e 47",
        refusal(new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2}));
    assertEquals(
        "a.idx: expected an IDX file, which begins with 00 00 08 and its rank, got no bytes",
        refusal(new byte[0]));
    assertEquals(
        "a.idx: expected values of type 08 (unsigned byte), got type 0d",
        refusal(new byte[] {0, 0, 0x0D, 1, 0, 0, 0, 1, 0, 0, 0, 0}));
    assertEquals(
        "a.idx: expected rank 1 (labels), 3 (N, H, W) or 4 (N, H, W, C), got rank 2",
        refusal(join(header(1, 1), new byte[1])));
  }

  @Test
  void refusesAFileCutShort() {
    assertEquals(
        "a.idx: expected a header of 16 bytes for rank 3, got a file of 9",
        refusal(Arrays.copyOf(TWO_PICTURES, 9)));
    assertEquals(
        "a.idx: expected 12 bytes after a header of (2, 2, 3), got 11;"
            + " the file was cut short or its header is wrong",
        refusal(Arrays.copyOf(TWO_PICTURES, TWO_PICTURES.length - 1)));
  }

  @Test
  void refusesTrailingBytes() {
    assertEquals(
        "a.idx: expected 12 bytes after a header of (2, 2, 3), got more;"
            + " the file has bytes at its end that do not belong to it or its header is wrong",
        refusal(Arrays.copyOf(TWO_PICTURES, TWO_PICTURES.length + 1)));
  }

  @Test
  void refusesSizesOfZero() {
    assertEquals(
        "a.idx: expected sizes of at least 1, got a header of (0, 28, 28)",
        refusal(header(0, 28, 28)));
    // The zero may not hide behind a product that is too large.
    assertEquals(
        "a.idx: expected sizes of at least 1, got a header of (4294967295, 4294967295, 0)",
        refusal(header(-1, -1, 0)));
  }

  @ParameterizedTest
  @ValueSource(longs = {65536, 0x80000000L, 0xFFFFFFFFL})
  void refusesSizesBeyondTheHeap(long size) {
    String message = refusal(header(size, size, size, size));
    String sizes = size + ", " + size + ", " + size + ", " + size;
    assertEquals(
        "a.idx: expected at most "
            + Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2)
            + " bytes, which is what this heap can hold, got a header of (" + sizes
            + "); raise -Xmx if the header is right",
        message);
  }

  @Test
  void allocatesNoMoreThanArrives() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    byte[] lie = join(header(500_000_000), new byte[1000]);
    long before = threads.getCurrentThreadAllocatedBytes();
    refusal(lie);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertEquals(0, allocated / (8 << 20), "allocated " + allocated);
  }

  @Test
  void stopsAtTheFirstByteBeyondTheHeader() throws IOException {
    // An endless stream stands for a gzip bomb: its end never comes.
    InputStream endless = new InputStream() {
      @Override
      public int read() {
        return 0;
      }
    };
    InputStream in = new SequenceInputStream(new ByteArrayInputStream(header(100)), endless);
    IOException e = assertThrows(IOException.class, () -> IdxFile.read(in, "bomb"));
    assertEquals(true, e.getMessage().startsWith("bomb: expected 100 bytes"), e.getMessage());
  }

  @Test
  void refusesADamagedGzipFile() throws IOException {
    byte[] zipped = gzip(TWO_PICTURES);
    byte[] cut = Arrays.copyOf(zipped, zipped.length - 9);
    assertEquals(
        "a.idx: expected a whole gzip file, got a damaged one"
            + " (it ends too early); fetch it again",
        refusal(cut));
    zipped[zipped.length - 5] ^= 1; // the checksum
    assertEquals(
        "a.idx: expected a whole gzip file, got a damaged one (Corrupt GZIP trailer); fetch it again",
        refusal(zipped));
  }

  @Test
  void refusesPathsWithoutAFile() {
    Path missing = folder.resolve("missing");
    assertEquals(
        missing + ": expected a file with data, got nothing at this path; check its spelling",
        assertThrows(IOException.class, () -> IdxFile.read(missing)).getMessage());
    assertEquals(
        folder + ": expected a file with data, got a folder; name the file in it",
        assertThrows(IOException.class, () -> IdxFile.read(folder)).getMessage());
  }

  @Test
  void labelsAndOddChannelsAreNoPictures() throws IOException {
    IdxFile labels = read(join(header(2), new byte[2]));
    assertEquals(
        "a.idx: expected pictures, an IDX file of rank 3 or 4, got labels (rank 1);"
            + " name the file with images in its name",
        assertThrows(IOException.class, () -> IdxImages.of(labels)).getMessage());
    IdxFile pairs = read(join(header(1, 1, 1, 2), new byte[2]));
    assertEquals(
        "a.idx: expected pictures of 1 or 3 channels, got 2",
        assertThrows(IOException.class, () -> IdxImages.of(pairs)).getMessage());
  }
}
