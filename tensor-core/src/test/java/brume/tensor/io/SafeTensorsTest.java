package brume.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTensorsTest {

  @TempDir
  private Path folder;

  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("case.safetensors");
  }

  @Test
  void readsHeaderMetadataAndNumbers() throws IOException {
    byte[] data = ByteBuffer.allocate(20)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(1.5f)
        .putFloat(-2)
        .putFloat(Float.NaN)
        .putLong(Long.MIN_VALUE)
        .array();
    write(
        """
        {"__metadata__":{"made by":"hand"},
         "x":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]},
         "t":{"shape":[],"dtype":"I64","data_offsets":[12,20]},
         "none":{"dtype":"F64","shape":[0,7],"data_offsets":[20,20]}}  """,
        data);
    SafeTensors tensors = SafeTensors.read(file);

    assertEquals(List.of("x", "t", "none"), List.copyOf(tensors.names()));
    assertEquals(Map.of("made by", "hand"), tensors.metadata());
    assertArrayEquals(new float[] {1.5f, -2, Float.NaN}, tensors.floats("x"));
    assertArrayEquals(new double[] {1.5, -2, Double.NaN}, tensors.doubles("x"));
    assertArrayEquals(new int[] {3, 1}, tensors.shape("x"));
    assertArrayEquals(new long[] {Long.MIN_VALUE}, tensors.longs("t"));
    assertArrayEquals(new int[0], tensors.shape("t"));
    assertArrayEquals(new double[0], tensors.doubles("none"));
    assertEquals("F32 x (3, 1)", tensors.entry("x").toString());
  }

  @ParameterizedTest
  @MethodSource
  void readsEveryType(StoredType type, String hex, double value) throws IOException {
    write(header(type.name(), "[1]", Text.of("[0,%d]", type.bytes())), hexBytes(hex));
    SafeTensors tensors = SafeTensors.read(file);
    assertEquals(value, tensors.doubles("x")[0]);
    assertEquals((float) value, tensors.floats("x")[0]);
    if (type.isInteger()) {
      assertEquals((long) value, tensors.longs("x")[0]);
    }
  }

  static Stream<Arguments> readsEveryType() {
    return Stream.of(
        Arguments.of(StoredType.F64, "000000000000f0bf", -1.0),
        Arguments.of(StoredType.F32, "cdcccc3d", (double) 0.1f),
        Arguments.of(StoredType.F16, "0035", 0.3125),
        Arguments.of(StoredType.F16, "ff7b", 65504.0),
        Arguments.of(StoredType.F16, "0180", -0x1p-24),
        Arguments.of(StoredType.F16, "ff03", 1023 * 0x1p-24),
        Arguments.of(StoredType.F16, "0004", 0x1p-14),
        Arguments.of(StoredType.F16, "00fc", Double.NEGATIVE_INFINITY),
        Arguments.of(StoredType.F16, "017c", Double.NaN),
        Arguments.of(StoredType.BF16, "c0bf", -1.5),
        Arguments.of(StoredType.I64, "feffffffffffffff", -2.0),
        Arguments.of(StoredType.I32, "feffffff", -2.0),
        Arguments.of(StoredType.U32, "feffffff", 4294967294.0),
        Arguments.of(StoredType.I16, "feff", -2.0),
        Arguments.of(StoredType.U16, "feff", 65534.0),
        Arguments.of(StoredType.I8, "fe", -2.0),
        Arguments.of(StoredType.U8, "fe", 254.0),
        Arguments.of(StoredType.BOOL, "00", 0.0),
        Arguments.of(StoredType.BOOL, "01", 1.0));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(String header, int dataBytes, String because) throws IOException {
    write(header, new byte[dataBytes]);
    assertRefused(because);
  }

  static Stream<Arguments> refuses() {
    String x = "\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    return Stream.of(
        Arguments.of(" {" + x + "}", 8, "expected the header to begin with '{', got byte 0x20"),
        Arguments.of("{" + x, 8, "expected a header in JSON, got: Unexpected end-of-input"),
        Arguments.of("{" + x + "}{}", 8, "expected a header in JSON, got: Trailing token"),
        Arguments.of("{" + x + "," + x + "}", 8, "got: Duplicate field 'x'"),
        Arguments.of("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "got: Duplicate field 'a'"),
        Arguments.of(
            "{\"__metadata__\":{\"a\":1}}",
            0,
            "expected __metadata__ to hold texts, got NUMBER for a"),
        Arguments.of(
            "{\"__metadata__\":[]}", 0, "expected __metadata__ to be an object, got ARRAY"),
        Arguments.of("{\"x\":[[[]]]}", 0, "expected a header in JSON nested at most 3 deep"),
        Arguments.of(
            "{\"x\":7}", 0, "expected tensor x to have dtype, shape and two data_offsets, got 7"),
        Arguments.of(
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[2]}}",
            8,
            "expected tensor x to have dtype, shape"),
        Arguments.of(header("F32", "[2]", "[0,8,8]"), 8, "expected tensor x to have dtype, shape"),
        Arguments.of(header("F31", "[2]", "[0,8]"), 8, "BOOL], got F31"),
        Arguments.of(header("f32", "[2]", "[0,8]"), 8, "BOOL], got f32"),
        Arguments.of(
            header("F32", "[-2]", "[0,8]"),
            8,
            "expected the sizes of tensor x to be integers from 0"),
        Arguments.of(
            header("F32", "[2.0]", "[0,8]"), 8, "expected the sizes of tensor x to be integers"),
        Arguments.of(
            header("F32", "[\"2\"]", "[0,8]"), 8, "expected the sizes of tensor x to be integers"),
        Arguments.of(
            header("F32", "[4294967298]", "[0,8]"), 8, "from 0 to 2147483647, got 4294967298"),
        Arguments.of(
            header("F32", "[18446744073709551618]", "[0,8]"), 8, "got 18446744073709551618"),
        Arguments.of(
            header("U8", "[65536,65536]", "[0,0]"),
            0,
            "expected fewer than 2³¹ numbers in tensor x, got shape [65536,65536]"),
        Arguments.of(
            header("U8", "[2147483647,2147483647,2147483647,2]", "[0,2]"),
            2,
            "expected fewer than 2³¹ numbers"),
        Arguments.of(
            header("F32", "[3]", "[0,8]"),
            8,
            "expected 12 bytes for tensor x of F32 [3], got data_offsets [0,8]"),
        Arguments.of(
            header("F32", "[2]", "[8,0]"),
            8,
            "expected 8 bytes for tensor x of F32 [2], got data_offsets [8,0]"),
        Arguments.of(
            header("F32", "[2]", "[-8,0]"),
            8,
            "expected the data_offsets of tensor x to be integers"),
        Arguments.of(header("F32", "[2]", "[0,8]"), 7, "integers from 0 to 7, got 8"),
        Arguments.of(
            header("F32", "[2]", "[0,8]"),
            9,
            "expected 8 bytes of data, as many as its tensors have, got 9"),
        Arguments.of(
            header("F32", "[2]", "[1,9]"), 9, "expected tensor x to begin at byte 0 of the data"),
        Arguments.of(
            "{" + x + ",\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[7,11]}}",
            11,
            "expected tensor y to begin at byte 8 of the data, where its predecessor ends, got 7"),
        Arguments.of(
            "{" + x + ",\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[9,13]}}",
            13,
            "expected tensor y to begin at byte 8 of the data, where its predecessor ends, got 9"),
        Arguments.of("{}", 1, "expected 0 bytes of data, as many as its tensors have, got 1"),
        Arguments.of("{\"\\ud800\":{}}", 0, "expected tensor names in Unicode"));
  }

  @Test
  void refusesALengthThatCannotBe() throws IOException {
    Files.write(file, new byte[7]);
    assertRefused("expected 8 bytes with the length of the header, got a file of 7");
    Files.write(file, lengthAnd(0, "{}"));
    assertRefused("expected a header of 1 to 100000000 bytes, got a length of 0");
    Files.write(file, lengthAnd(-1, "{}"));
    assertRefused(
        "expected a header of 1 to 100000000 bytes, got a length of 18446744073709551615");
    Files.write(file, lengthAnd(100_000_001, "{}"));
    assertRefused("expected a header of 1 to 100000000 bytes, got a length of 100000001");
    Files.write(file, lengthAnd(3, "{}"));
    assertRefused("expected a header of 3 bytes, got a file that ends 2 bytes after its length");
  }

  @Test
  void refusesBytesThatAreNotUtf8() throws IOException {
    byte[] bytes = lengthAnd(11, "{\"?\":{}}   ");
    bytes[10] = (byte) 0xff;
    Files.write(file, bytes);
    assertRefused("expected a header in UTF-8, got other bytes");
  }

  @Test
  void refusesWhatIsNoFile() {
    assertRefused("expected a safetensors file, got nothing");
    file = folder;
    assertRefused("expected a safetensors file, got a folder");
  }

  @Test
  void refusesNamesItDoesNotHaveAndIntegersThatAreNone() throws IOException {
    write(header("F32", "[2]", "[0,8]"), new byte[8]);
    SafeTensors tensors = SafeTensors.read(file);
    Exception missing = assertThrows(IllegalArgumentException.class, () -> tensors.floats("y"));
    assertEquals(file + ": expected a tensor named y, got [x]", missing.getMessage());
    Exception real = assertThrows(IllegalArgumentException.class, () -> tensors.longs("x"));
    assertEquals(file + ": expected tensor x to hold integers, got F32", real.getMessage());
  }

  @Test
  void staysReadableWhenTheFileIsReplaced() throws IOException {
    new SafeTensorsWriter().add("x", new int[] {2}, new float[] {1, 2}).write(file);
    SafeTensors before = SafeTensors.read(file);
    new SafeTensorsWriter().add("x", new int[] {2}, new float[] {3, 4}).write(file);
    assertArrayEquals(new float[] {1, 2}, before.floats("x"));
    assertArrayEquals(new float[] {3, 4}, SafeTensors.read(file).floats("x"));
  }

  private void assertRefused(String because) {
    Exception e = assertThrows(SafeTensorsException.class, () -> SafeTensors.read(file));
    assertTrue(e.getMessage().startsWith(file + ": expected"), e.getMessage());
    assertTrue(e.getMessage().contains(because), e.getMessage());
  }

  private void write(String header, byte[] data) throws IOException {
    byte[] head = lengthAnd(header.getBytes(UTF_8).length, header);
    Files.write(
        file, ByteBuffer.allocate(head.length + data.length).put(head).put(data).array());
  }

  private static String header(String dtype, String shape, String offsets) {
    return Text.of(
        "{\"x\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}", dtype, shape, offsets);
  }

  private static byte[] lengthAnd(long length, String header) {
    byte[] bytes = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(bytes)
        .array();
  }

  private static byte[] hexBytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
