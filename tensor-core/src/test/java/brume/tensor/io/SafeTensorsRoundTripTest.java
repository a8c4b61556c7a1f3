package brume.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

class SafeTensorsRoundTripTest {

  private Path file = Path.of("");

  @BeforeTry
  void reserveFile() throws IOException {
    file = Files.createTempFile("round-trip", ".safetensors");
  }

  @AfterTry
  void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  @Property(
      tries = 300,
      shrinking = ShrinkingMode.OFF) // jqwik cannot shrink arrays of so many types
  void whatIsWrittenIsRead(
      @ForAll float[] floats,
      @ForAll double[] doubles,
      @ForAll long[] longs,
      @ForAll int[] ints,
      @ForAll byte[] bytes,
      @ForAll boolean[] booleans,
      @ForAll @Size(max = 3) List<String> texts,
      @ForAll @IntRange(min = 8, max = 40) int windowBytes)
      throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter()
        .add("booleans", shape(booleans.length), booleans)
        .add("floats", shape(floats.length), floats)
        .add("doubles", shape(doubles.length), doubles)
        .add("bytes", shape(bytes.length), bytes)
        .add("longs", shape(longs.length), longs)
        .add("ints", shape(ints.length), ints);
    for (int i = 0; i < texts.size(); i++) {
      writer.metadata(i + wellFormed(texts.get(i)), wellFormed(texts.get(i)));
    }
    writer.write(file);

    SafeTensors read = SafeTensors.read(file, windowBytes);
    assertEquals(
        List.of("doubles", "longs", "floats", "ints", "booleans", "bytes"),
        List.copyOf(read.names()),
        "wide numbers first");
    assertArrayEquals(floats, read.floats("floats"));
    assertArrayEquals(doubles, read.doubles("doubles"));
    assertArrayEquals(longs, read.longs("longs"));
    assertArrayEquals(shape(longs.length), read.shape("longs"));
    assertArrayEquals(Arrays.stream(ints).asLongStream().toArray(), read.longs("ints"));
    for (int i = 0; i < bytes.length; i++) {
      assertEquals(bytes[i], (byte) read.longs("bytes")[i]);
    }
    for (int i = 0; i < booleans.length; i++) {
      assertEquals(booleans[i], read.longs("booleans")[i] == 1);
    }
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(wellFormed(texts.get(i)), read.metadata().get(i + wellFormed(texts.get(i))));
    }
    assertEquals(0, headerBytes() % 8, "data begins at a multiple of 8");
  }

  @Property(tries = 2000)
  void damageIsRefusedOrHarmless(@ForAll long seed) throws IOException {
    new SafeTensorsWriter()
        .add("weight", new int[] {2, 3}, new float[6])
        .add("t", new int[] {}, new long[1])
        .metadata("attrs", "{\"eps\": 1e-05}")
        .write(file);
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(seed);
    for (int i = 0; i <= random.nextInt(3); i++) {
      int at = random.nextInt(random.nextInt(4) == 0 ? 8 : bytes.length);
      bytes[at] = random.nextBoolean()
          ? (byte) (bytes[at] ^ 1 << random.nextInt(8))
          : anyOf("{}[]\":,0-9 \\u", random);
    }
    Files.write(
        file,
        Arrays.copyOf(bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length) : bytes.length));

    SafeTensors read;
    try {
      read = SafeTensors.read(file);
    } catch (SafeTensorsException refused) {
      return;
    }
    int numbers = 0;
    for (String name : read.names()) {
      numbers += read.doubles(name).length * read.entry(name).type().bytes();
    }
    assertEquals(Files.size(file) - 8 - headerBytes(), numbers);
  }

  @Example
  void refusesWhatCannotBeStored() {
    SafeTensorsWriter writer = new SafeTensorsWriter().add("x", new int[] {2}, new float[2]);
    assertMessage(
        "tensor y: expected as many numbers as shape [2, 2] has, got 3",
        () -> writer.add("y", new int[] {2, 2}, new float[3]));
    assertMessage(
        "tensor y: expected as many numbers as shape [-1, -1] has, got 1",
        () -> writer.add("y", new int[] {-1, -1}, new long[1]));
    assertMessage(
        "tensor x: expected to be added once, got it twice",
        () -> writer.add("x", new int[] {}, new double[1]));
    assertMessage(
        "tensor __metadata__: expected a name the format can hold",
        () -> writer.add("__metadata__", new int[] {}, new double[1]));
  }

  private static void assertMessage(String message, Runnable action) {
    Exception e = assertThrows(IllegalArgumentException.class, action::run);
    assertEquals(message, e.getMessage());
  }

  private long headerBytes() throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong(0);
  }

  private static int[] shape(int length) {
    return length % 2 == 0 ? new int[] {length / 2, 1, 2} : new int[] {length};
  }

  /** Texts without lone surrogates, which UTF-8 cannot hold. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static byte anyOf(String characters, Random random) {
    return (byte) characters.charAt(random.nextInt(characters.length()));
  }
}
