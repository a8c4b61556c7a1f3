package brume.diffusion.data;

import static brume.diffusion.data.IdxBytes.gzip;
import static brume.diffusion.data.IdxBytes.header;
import static brume.diffusion.data.IdxBytes.join;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class IdxFilePropertiesTest {
  @Provide
  Arbitrary<long[]> sizes() {
    return Arbitraries.of(1, 3, 4)
        .flatMap(rank -> Arbitraries.longs().between(1, 9).array(long[].class).ofSize(rank));
  }

  private static byte[] values(long[] sizes, long seed) {
    byte[] values = new byte[(int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b)];
    new Random(seed).nextBytes(values);
    return values;
  }

  @Property(tries = 200)
  void whatWasWrittenIsRead(
      @ForAll("sizes") long[] sizes, @ForAll boolean zipped, @ForAll long seed) throws IOException {
    byte[] values = values(sizes, seed);
    byte[] bytes = join(header(sizes), values);
    IdxFile file = IdxFile.read(new ByteArrayInputStream(zipped ? gzip(bytes) : bytes), "written");
    assertEquals(sizes.length, file.rank());
    for (int axis = 0; axis < sizes.length; axis++) {
      assertEquals(sizes[axis], file.size(axis));
    }
    assertArrayEquals(values, file.values());
  }

  @Property(tries = 2000)
  void damageIsReadAsTheHeaderSaysOrRefused(
      @ForAll("sizes") long[] sizes,
      @ForAll boolean zipped,
      @ForAll @IntRange(max = 4) int flips,
      @ForAll @IntRange(min = -40, max = 40) int longer,
      @ForAll long seed)
      throws IOException {
    byte[] whole = join(header(sizes), values(sizes, seed));
    byte[] bytes = zipped ? gzip(whole) : whole;
    bytes = Arrays.copyOf(bytes, Math.max(0, bytes.length + longer));
    Random random = new Random(seed);
    for (int flip = 0; flip < flips && bytes.length > 0; flip++) {
      // Headers are where damage is most cunning.
      int end = random.nextBoolean() ? Math.min(24, bytes.length) : bytes.length;
      bytes[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
    }
    try {
      IdxFile file = IdxFile.read(new ByteArrayInputStream(bytes), "damaged");
      int product = 1;
      for (int axis = 0; axis < file.rank(); axis++) {
        product *= file.size(axis);
      }
      assertEquals(product, file.values().length);
    } catch (IOException e) {
      assertTrue(e.getMessage().startsWith("damaged: expected "), e.getMessage());
    }
  }
}
