package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures and their labels side by side in files of arrays, as Python saves them. */
class ArrayLabelsTest {

  private static final int COUNT = 4;

  @TempDir
  private Path folder;

  /**
   * An array.
   *
   * @param name of it
   * @param type as numpy writes it: |u1, &lt;i8 or &lt;f4
   * @param shape its sizes
   * @param values little-endian
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Array(String name, String type, List<Integer> shape, byte[] values) {

    static Array pictures(String name) {
      byte[] pixels = new byte[COUNT * 4];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (10 * i);
      }
      return new Array(name, "|u1", List.of(COUNT, 2, 2), pixels);
    }

    static Array labels(String name, long... labels) {
      ByteBuffer bytes =
          ByteBuffer.allocate(Long.BYTES * labels.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asLongBuffer().put(labels);
      return new Array(name, "<i8", List.of(labels.length), bytes.array());
    }

    String sizes() {
      String list = shape.toString();
      return list.substring(1, list.length() - 1);
    }
  }

  private Path npz(Array... arrays) throws IOException {
    Path file = folder.resolve("pictures.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Array array : arrays) {
        byte[] header = Text.of(
                "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }\n",
                array.type, array.sizes())
            .getBytes(StandardCharsets.US_ASCII);
        zip.putNextEntry(new ZipEntry(array.name + ".npy"));
        zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        zip.write(new byte[] {(byte) header.length, 0});
        zip.write(header);
        zip.write(array.values);
      }
    }
    return file;
  }

  private Path safetensors(Array... arrays) throws IOException {
    List<String> entries = new ArrayList<>();
    int end = 0;
    for (Array array : arrays) {
      String type = array.type.equals("|u1") ? "U8" : array.type.equals("<i8") ? "I64" : "F32";
      int begin = end;
      end += array.values.length;
      entries.add(Text.of(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}",
          array.name, type, array.sizes(), begin, end));
    }
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + end).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header);
    for (Array array : arrays) {
      bytes.put(array.values);
    }
    return Files.write(folder.resolve("pictures.safetensors"), bytes.array());
  }

  private static Dataset open(Path file) throws IOException {
    return Datasets.named(file.toString()).open();
  }

  private static void hasLabels(Path file, int... labels) throws IOException {
    assertInstanceOf(ArraySettings.class, Datasets.named(file.toString()));
    Dataset data = open(file);
    assertEquals(COUNT, data.size());
    float[] first = new float[4];
    data.read(1, false, first, 0);
    assertEquals(40 / 255f, first[0]);
    for (int i = 0; i < labels.length; i++) {
      assertEquals(labels[i], data.label(i));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "images, labels",
    "x, y",
    "X, Y",
    "arr_0, arr_1",
    "train_images, train_labels",
    "x_train, y_train",
    "image, label",
    "images, y",
    "of any name, labels"
  })
  void labelsAreFoundByTheirNames(String pictures, String labels) throws IOException {
    Array[] arrays = {Array.labels(labels, 2, 0, 1, 2), Array.pictures(pictures)};
    hasLabels(npz(arrays), 2, 0, 1, 2);
    hasLabels(safetensors(arrays), 2, 0, 1, 2);
    assertEquals(List.of("0", "1", "2"), open(npz(arrays)).classes());
    assertEquals(
        List.of("0", "1", "2"),
        Datasets.named(npz(arrays).toString()).resolved().classes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"labels", "arr_0", "whatever"})
  void aSingleArrayIsPictures(String name) throws IOException {
    Dataset data = open(npz(Array.pictures(name)));
    assertEquals(List.of(), data.classes());
    assertEquals(COUNT, data.size());
    assertEquals("", data.labelFingerprint());
  }

  @Test
  void aColumnOfBytesIsLabelsToo() throws IOException {
    Array column = new Array("labels", "|u1", List.of(COUNT, 1), new byte[] {0, (byte) 200, 1, 0});
    hasLabels(npz(Array.pictures("images"), column), 0, 200, 1, 0);
    assertEquals(201, open(npz(Array.pictures("images"), column)).classes().size());
  }

  @Test
  void otherArraysAreLeftOutAndSaid() throws IOException {
    Path file = npz(
        Array.pictures("x_train"),
        Array.labels("y_train", 0, 1, 0, 1),
        Array.pictures("x_test"),
        Array.labels("y_test", 1, 1, 1, 1));
    hasLabels(file, 0, 1, 0, 1);
    assertTrue(
        open(file).describe().contains(", other arrays left out: x_test, y_test"),
        open(file).describe());
  }

  @Test
  void arraysThatNobodyCanTellApartAreRefused() throws IOException {
    Path file = npz(Array.pictures("cats"), Array.pictures("dogs"), Array.labels("labels", 0));
    String refusal = assertThrows(
            IOException.class, () -> new ArraySettings(file.toString(), 0, 0, 0, false).open())
        .getMessage();
    assertEquals(
        file
            + ": expected a single array, or pictures called images, image, x, arr_0, train_images,"
            + " x_train and labels called labels, label, y, arr_1, train_labels, y_train, got 3: cats, dogs,"
            + " labels; save the one you mean alone, or by such a name",
        refusal);
  }

  private void refused(Array labels, String sentence) throws IOException {
    for (Path file : List.of(
        npz(Array.pictures("images"), labels), safetensors(Array.pictures("images"), labels))) {
      String refusal = assertThrows(IOException.class, () -> open(file)).getMessage();
      assertTrue(refusal.startsWith(file.toString()), refusal);
      assertTrue(refusal.contains("labels"), refusal);
      assertTrue(refusal.endsWith(sentence), refusal);
    }
  }

  @Test
  void labelsThatDoNotFitAreRefused() throws IOException {
    refused(
        Array.labels("labels", 0, 1, 2),
        ": expected one label for each of the 4 pictures, got an array of (3); mend it, or save the pictures"
            + " alone");
    refused(
        new Array("labels", "|u1", List.of(COUNT, 2), new byte[2 * COUNT]),
        ": expected one label for each of the 4 pictures, got an array of (4, 2); mend it, or save the"
            + " pictures alone");
    refused(
        new Array("labels", "<f4", List.of(COUNT), new byte[4 * COUNT]),
        ": expected labels that are whole numbers, got others; convert them, with astype(int) in Python, or"
            + " save the pictures alone");
    refused(
        Array.labels("labels", 0, 1, -1, 0),
        ": expected labels from 0 to 65535, got -1 for picture 2; number the classes from 0");
    refused(
        Array.labels("labels", 0, 1L << 40, 0, 0),
        ": expected labels from 0 to 65535, got 1099511627776 for picture 1; number the classes from 0");
  }

  @Test
  void aRunHoldsOnToItsClasses() throws IOException {
    Path file = npz(Array.pictures("images"), Array.labels("labels", 0, 1, 2, 0));
    DataSettings settings = Datasets.named(file.toString()).resolved();
    String before = settings.open().labelFingerprint();
    assertTrue(before.matches("4 labels, [0-9a-f]{16}"), before);

    npz(Array.pictures("images"), Array.labels("labels", 0, 1, 1, 0));
    assertEquals(3, settings.open().classes().size());
    assertNotEquals(before, settings.open().labelFingerprint());

    npz(Array.pictures("images"), Array.labels("labels", 0, 1, 3, 0));
    assertEquals(
        file + ": expected labels from 0 to 2, as before, got 3; give the former file",
        assertThrows(IOException.class, settings::open).getMessage());
    npz(Array.pictures("images"));
    assertEquals(
        file
            + ": expected pictures with labels of 3 classes, as before, got none; give the former labels",
        assertThrows(IOException.class, settings::open).getMessage());
  }
}
