package brume.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzFileTest {

  @TempDir
  private Path folder;

  @Test
  void arraysOfNumpyAreReadByName() throws IOException {
    NpzFile file = NpzFile.read(NpyFileTest.numpy("two.npz"));
    assertEquals(List.of("pictures", "labels"), file.names());
    assertArrayEquals(new long[] {4, 2}, file.array("labels").longs());
    NpyFile pictures = file.array("pictures");
    assertArrayEquals(new long[] {2, 2, 3}, pictures.shape());
    assertArrayEquals(new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, pictures.longs());
    IOException e = assertThrows(IOException.class, () -> file.array("images"));
    assertTrue(
        e.getMessage().endsWith(": expected an array named images, got [pictures, labels]"),
        e.getMessage());
  }

  @Test
  void packedArraysAreUnpacked() throws IOException {
    NpyFile array = NpzFile.read(NpyFileTest.numpy("packed.npz")).array("arr_0");
    float[] expected = new float[4000];
    Arrays.fill(expected, 0.25f);
    assertArrayEquals(expected, array.floats());
  }

  @Test
  void damageIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(NpyFileTest.numpy("two.npz"));
    byte[] flipped = bytes.clone();
    flipped[30 + "pictures.npy".length() + 20 + 128 + 3] ^= 1; // the fourth pixel
    Path file = Files.write(folder.resolve("flipped.npz"), flipped);
    assertEquals(
        file + ": expected a whole ZIP file of arrays, got a damaged one (the checksum of pictures"
            + " is wrong); fetch or save it again",
        assertThrows(IOException.class, () -> NpzFile.read(file).array("pictures"))
            .getMessage());
    Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(bytes, bytes.length - 60));
    assertTrue(
        refusal(cut).startsWith(cut + ": expected a whole ZIP file of arrays, got a damaged"));
  }

  @Test
  void aPackedPromiseOfMuchCostsNoMemoryBeforeItIsKept() throws IOException {
    Path file = folder.resolve("bomb.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("arr_0.npy"));
      zip.write(NpyHeader.of(StoredType.U8, 1L << 40));
    }
    String message =
        assertThrows(IOException.class, () -> NpzFile.read(file).array("arr_0")).getMessage();
    assertTrue(message.startsWith(file + ", arr_0: expected at most "), message);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("arr_0.npy"));
      zip.write(NpyHeader.of(StoredType.U8, 50));
      zip.write(new byte[100_000_000]);
    }
    message =
        assertThrows(IOException.class, () -> NpzFile.read(file).array("arr_0")).getMessage();
    assertTrue(message.contains("expected 50 bytes after a header of U8 (50,), got more"), message);
  }

  @Test
  void otherFilesAreNamed() throws IOException {
    Path none = folder.resolve("none.npz");
    assertEquals(none + ": expected an .npz file, got nothing at this path", refusal(none));
    try (OutputStream out = Files.newOutputStream(none);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a.png"));
    }
    assertEquals(
        none + ": expected a ZIP file of .npy files, got one of 1 other files", refusal(none));
  }

  private static String refusal(Path file) {
    return assertThrows(IOException.class, () -> NpzFile.read(file)).getMessage();
  }
}
