package brume.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that numpy has written (numpy/make.py beside them), and such as it would never write. */
class NpyFileTest {

  @TempDir
  private Path folder;

  static Path numpy(String name) {
    try {
      return Path.of(Objects.requireNonNull(NpyFileTest.class.getResource("numpy/" + name), name)
          .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> everyTypeInBothOrders() {
    return Stream.of("i2", "i4", "i8", "u2", "u4", "f2", "f4", "f8")
        .flatMap(type -> Stream.of(type + "-le", type + "-be"));
  }

  @ParameterizedTest
  @MethodSource("everyTypeInBothOrders")
  void numbersOfEveryTypeAreRead(String name) throws IOException {
    NpyFile file = NpyFile.read(numpy(name + ".npy"));
    double[] expected = new double[6];
    for (int i = 0; i < 6; i++) {
      expected[i] = switch (name.charAt(0)) {
        case 'i' -> i - 2;
        case 'u' -> (int) ((i - 2) * 1.5 + 3);
        default -> (i - 2) * 1.5;
      };
    }
    assertArrayEquals(new long[] {2, 3}, file.shape());
    assertArrayEquals(expected, file.doubles());
    float[] floats = file.floats();
    for (int i = 0; i < 6; i++) {
      assertEquals(expected[i], floats[i]);
    }
    if (name.charAt(0) != 'f') {
      assertArrayEquals(Arrays.stream(expected).mapToLong(x -> (long) x).toArray(), file.longs());
    }
  }

  @Test
  void bytesAndTruthValuesAreRead() throws IOException {
    assertArrayEquals(
        new long[] {0, 1, 127, 128, 255}, NpyFile.read(numpy("u1.npy")).longs());
    assertArrayEquals(
        new long[] {0, 1, 127, -128, -1}, NpyFile.read(numpy("i1.npy")).longs());
    assertArrayEquals(new long[] {1, 0, 0, 1}, NpyFile.read(numpy("bool.npy")).longs());
  }

  @Test
  void theFirstIndexFastestIsTransposed() throws IOException {
    NpyFile file = NpyFile.read(numpy("fortran.npy"));
    assertArrayEquals(new long[] {2, 3, 4}, file.shape());
    double[] expected = new double[24];
    Arrays.setAll(expected, i -> i);
    assertArrayEquals(expected, file.doubles());
    float[] some = new float[7];
    file.floats(10, 5, some, 1);
    assertArrayEquals(new float[] {0, 10, 11, 12, 13, 14, 0}, some);
  }

  @Test
  void scalarsAndEmptyArraysAreRead() throws IOException {
    NpyFile scalar = NpyFile.read(numpy("scalar.npy"));
    assertArrayEquals(new long[0], scalar.shape());
    assertArrayEquals(new float[] {2.5f}, scalar.floats());
    NpyFile empty = NpyFile.read(numpy("empty.npy"));
    assertArrayEquals(new long[] {0, 3}, empty.shape());
    assertEquals(0, empty.floats().length);
  }

  @Test
  void halfPrecisionKeepsItsSpecialNumbers() throws IOException {
    double[] special = NpyFile.read(numpy("special-f2.npy")).doubles();
    assertArrayEquals(
        new double[] {
          Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 0x1p-24, -0.0, 65504
        },
        special);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void allVersionsAreRead(int version) throws IOException {
    assertArrayEquals(
        new float[] {0, 1, 2, 3},
        NpyFile.read(numpy("version-" + version + ".npy")).floats());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      value = {
        "u8 ~ <u8; convert it with .astype('f4')",
        "complex ~ <c8 (complex numbers); save their parts as two arrays",
        "text ~ <U9 (text); save an array of numbers",
        "object ~ |O (Python objects, pickled); save an array of numbers"
      })
  void whatIsNoNumberIsNamed(String name, String got) {
    Path file = numpy(name + ".npy");
    assertEquals(
        file + ": expected numbers of type u1, u2, u4, i1, i2, i4, i8, f2, f4, f8 or b1, got "
            + got,
        refusal(file));
  }

  @Test
  void recordsOfFieldsAreNamed() {
    Path file = numpy("structured.npy");
    assertEquals(
        file + ": expected numbers of one type, got records of several fields; save the fields"
            + " apart",
        refusal(file));
  }

  @Test
  void headersAreThoseOfNumpy() throws IOException {
    for (String name :
        List.of("f4-le", "f8-le", "f2-le", "i8-le", "u1", "bool", "scalar", "empty")) {
      byte[] written = Files.readAllBytes(numpy(name + ".npy"));
      NpyFile file = NpyFile.read(numpy(name + ".npy"));
      byte[] ours = NpyHeader.of(file.type(), file.shape());
      assertArrayEquals(Arrays.copyOf(written, ours.length), ours, name);
    }
  }

  @Test
  void aFileOfAnotherLengthIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(numpy("f4-le.npy"));
    for (int length : new int[] {whole.length - 1, whole.length + 1, 128}) {
      Path file = Files.write(folder.resolve("other.npy"), Arrays.copyOf(whole, length));
      assertEquals(
          file + ": expected 24 bytes after a header of F32 (2, 3), got " + (length - 128)
              + "; the file was cut short, holds more than one array, or its header is wrong",
          refusal(file));
    }
    assertTrue(refusal(Files.write(folder.resolve("cut"), Arrays.copyOf(whole, 70)))
        .endsWith("expected a header of 118 bytes, got a file that ends after 60 of them"));
    assertTrue(refusal(Files.write(folder.resolve("none"), new byte[0])).endsWith("got no bytes"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 99, 9), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 6, }",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (6,), }",
        "{'descr': '<f4', 'shape': (6,), }",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'more': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), } ()",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6,",
        "__import__('os').system('true')",
        "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
      })
  void hostileHeadersAreRefusedWithASentence(String header) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = Arrays.copyOf(NpyHeader.of(StoredType.F32, 6), 10 + text.length + 24);
    bytes[8] = (byte) text.length;
    bytes[9] = 0;
    System.arraycopy(text, 0, bytes, 10, text.length);
    Path file = Files.write(folder.resolve("hostile.npy"), bytes);
    assertTrue(refusal(file).startsWith(file + ": expected "), refusal(file));
  }

  @Test
  void aLongRankOrHeaderIsRefused() throws IOException {
    String rank = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + "1, ".repeat(65) + "), }";
    byte[] bytes = Arrays.copyOf(
        new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0, 4, 0, 0}, 12 + 1024);
    Arrays.fill(bytes, 12, bytes.length, (byte) ' ');
    System.arraycopy(rank.getBytes(StandardCharsets.UTF_8), 0, bytes, 12, rank.length());
    Path file = Files.write(folder.resolve("rank.npy"), bytes);
    assertEquals(file + ": expected a shape of at most 64 sizes, got more", refusal(file));
    bytes[11] = (byte) 0xff;
    Files.write(file, bytes);
    assertEquals(
        file + ": expected the length of a header of at most 65536 bytes, got 4278191104",
        refusal(file));
  }

  @Test
  void foldersAndMissingFilesAreNamed() {
    assertEquals(folder + ": expected an .npy file, got a folder", refusal(folder));
    Path missing = folder.resolve("missing.npy");
    assertEquals(missing + ": expected an .npy file, got nothing at this path", refusal(missing));
  }

  private static String refusal(Path file) {
    return assertThrows(IOException.class, () -> NpyFile.read(file)).getMessage();
  }
}
