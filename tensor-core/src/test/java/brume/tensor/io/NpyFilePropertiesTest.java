package brume.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class NpyFilePropertiesTest {

  private static Path file;

  @BeforeContainer
  static void makeAFile() throws IOException {
    file = Files.createTempFile("property", ".npy");
  }

  @AfterContainer
  static void deleteIt() throws IOException {
    Files.deleteIfExists(file);
  }

  @Provide
  Arbitrary<long[]> shapes() {
    return Arbitraries.longs().between(1, 5).array(long[].class).ofMinSize(0).ofMaxSize(4);
  }

  /** A file of F32 with the numbers 0, 1, 2, ... in the order in which they are stored. */
  private static byte[] counting(long[] shape, boolean bigEndian, boolean fortran) {
    int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    byte[] header = NpyHeader.of(StoredType.F32, shape);
    for (int i = 0; i < header.length - 3; i++) {
      if (bigEndian && header[i] == '<' && header[i + 1] == 'f') {
        header[i] = '>';
      }
      if (fortran && header[i] == 'F' && header[i + 1] == 'a') {
        System.arraycopy(new byte[] {'T', 'r', 'u', 'e', ' '}, 0, header, i, 5);
      }
    }
    ByteBuffer bytes = ByteBuffer.allocate(header.length + 4 * size)
        .put(header)
        .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat(i);
    }
    return bytes.array();
  }

  @Property(tries = 300)
  void numbersAreThoseStoredThroughWindowsOfAnySize(
      @ForAll("shapes") long[] shape,
      @ForAll boolean bigEndian,
      @ForAll boolean fortran,
      @ForAll @IntRange(min = 4, max = 40) int windowBytes)
      throws IOException {
    byte[] bytes = counting(shape, bigEndian, fortran);
    Files.write(file, bytes);
    NpyFile mapped = NpyFile.read(file, windowBytes);
    NpyFile held = NpyFile.read(new ByteArrayInputStream(bytes), "held");
    assertArrayEquals(shape, mapped.shape());
    float[] expected = new float[(int) mapped.size()];
    for (int n = 0; n < expected.length; n++) {
      expected[n] = fortran ? place(n, shape) : n;
    }
    assertArrayEquals(expected, mapped.floats());
    assertArrayEquals(expected, held.floats());
    int first = expected.length / 3, count = expected.length / 2;
    float[] some = new float[count + 2];
    mapped.floats(first, count, some, 1);
    assertArrayEquals(
        Arrays.copyOfRange(expected, first, first + count), Arrays.copyOfRange(some, 1, count + 1));
  }

  /** Where the n-th number row by row lies if the first index is the fastest. */
  private static int place(int n, long[] shape) {
    int place = 0, rest = n;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      int stride = 1;
      for (int before = 0; before < axis; before++) {
        stride *= (int) shape[before];
      }
      place += rest % (int) shape[axis] * stride;
      rest /= (int) shape[axis];
    }
    return place;
  }

  @Property(tries = 3000)
  void damageIsReadAsTheHeaderSaysOrRefused(
      @ForAll("shapes") long[] shape,
      @ForAll @IntRange(max = 4) int flips,
      @ForAll @IntRange(min = -40, max = 40) int longer,
      @ForAll long seed) {
    byte[] bytes = counting(shape, false, false);
    bytes = Arrays.copyOf(bytes, bytes.length + longer);
    Random random = new Random(seed);
    for (int flip = 0; flip < flips; flip++) {
      bytes[random.nextInt(Math.min(100, bytes.length))] ^= (byte) (1 << random.nextInt(8));
    }
    try {
      NpyFile read = NpyFile.read(new ByteArrayInputStream(bytes), "damaged");
      long product = 1;
      for (long size : read.shape()) {
        product *= size;
      }
      assertEquals(product, read.size());
      assertEquals(product, read.doubles().length);
    } catch (IOException e) {
      assertTrue(e.getMessage().startsWith("damaged: expected "), e.getMessage());
    }
  }
}
