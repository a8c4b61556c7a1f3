package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.fuzz.Damage;
import brume.diffusion.fuzz.Fuzzing;
import brume.diffusion.image.Headless;
import brume.tensor.io.NpyHeader;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.io.StoredType;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is given as data, it is read or refused in one sentence. */
class HostileDataTest {
  static {
    Headless.ensure();
  }

  private static final int MOST_READ = 32; // samples of a file

  @TempDir
  private Path folder;

  private Path pictures;

  @BeforeEach
  void makeFolder() throws IOException {
    pictures = Files.createDirectory(folder.resolve("pictures"));
    TestImages.uniform(pictures.resolve("a/1.png"), "png", 4, 4, 10);
    TestImages.uniform(pictures.resolve("b/1.png"), "png", 4, 4, 20);
  }

  // ---- Image files

  @ParameterizedTest
  @CsvSource({"png", "jpeg", "gif", "bmp", "tiff", "webp"})
  void images(String format) throws IOException {
    Path file = folder.resolve("a." + format);
    ImageDecoder decoder = new ImageDecoder(Framing.square(8, 3));
    ImageDecoder grey =
        new ImageDecoder(new Framing(new PictureSize(3, 5), 1, Crop.RANDOM, List.of(0, 0, 4, 4)));
    List<byte[]> whole = new ArrayList<>(format.equals("webp") ? List.of() : written(format));
    run(
        format,
        file,
        whole,
        bytes -> bytes,
        List.of(
            () -> ImageDecoder.look(file),
            () -> decoder.decode(file, 0.5),
            () -> grey.decode(file, 1)),
        ""); // who decodes it adds its name
  }

  /** A picture of every type that Java writes in a format. */
  private static List<byte[]> written(String format) throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (int type = BufferedImage.TYPE_INT_RGB; type <= BufferedImage.TYPE_BYTE_INDEXED; type++) {
      BufferedImage image = new BufferedImage(17, 11, type);
      for (int i = 0; i < 187; i++) {
        image.setRGB(i % 17, i / 17, new Color(i, 255 - i, i * i % 256, 255 - i / 2).getRGB());
      }
      for (boolean progressive : new boolean[] {false, true}) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        if (how.canWriteProgressive()) {
          how.setProgressiveMode(
              progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        }
        if (how.canWriteCompressed() && how.getCompressionTypes() != null) {
          String[] kinds = how.getCompressionTypes();
          how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
          how.setCompressionType(kinds[files.size() % kinds.length]);
        }
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
          writer.setOutput(out);
          writer.write(null, new IIOImage(image, null, null), how);
        } catch (IOException | RuntimeException unfit) {
          continue; // a type of image or of compression that the format has not
        } finally {
          writer.dispose();
        }
        if (bytes.size() > 0) {
          files.add(bytes.toByteArray());
        }
      }
    }
    return files;
  }

  // ---- Folders and ZIP files

  @Test
  void zip() throws IOException {
    Path file = folder.resolve("a.zip");
    List<byte[]> images = new ArrayList<>();
    for (String format : List.of("png", "jpeg", "gif")) {
      images.addAll(written(format).subList(0, 2));
    }
    List<byte[]> whole = List.of(
        zipped("a/1.png", images.get(0), "b/1.jpg", images.get(2)),
        zipped(
            "a-1.gif",
            images.get(4),
            "metadata.jsonl",
            "{\"file_name\": \"a-1.gif\", \"label\": 1}".getBytes(StandardCharsets.UTF_8)));
    run("zip", file, whole, bytes -> bytes, opened("images:", file), file.toString());
  }

  @Test
  void labelsInLines() throws IOException {
    Path file = pictures.resolve("metadata.jsonl");
    List<byte[]> whole = texts(
        "{\"file_name\": \"a/1.png\", \"label\": \"boot\"}\n{\"file_name\": \"b/1.png\", \"label\": 7}\n",
        "{\"file_name\": \"a/1.png\", \"class\": 3}\r\n\r\n{\"label\": 7, \"file_name\": \"b\\\\1.png\"}");
    run("metadata", file, whole, bytes -> bytes, opened(), pictures.toString());
  }

  @Test
  void labelsInPairs() throws IOException {
    Path file = pictures.resolve("dataset.json");
    List<byte[]> whole = texts(
        "{\"labels\": [[\"a/1.png\", 12], [\"b/1.png\", 3]]}",
        "{\"labels\": null, \"more\": [1, {}]}");
    run("dataset", file, whole, bytes -> bytes, opened(), pictures.toString());
  }

  private List<Fuzzing.Reading> opened() {
    return List.of(
        () -> open(pictures.toString()),
        () -> readAll(ImageFolder.open(pictures, Framing.square(4, 1), LabelRule.METADATA)));
  }

  // ---- Files of pictures and series

  @Test
  void idx() throws IOException {
    Path file = folder.resolve("train-images-idx3-ubyte");
    List<byte[]> whole = List.of(
        IdxBytes.join(IdxBytes.header(2, 5, 3), new byte[30]),
        IdxBytes.join(IdxBytes.header(2, 2, 2, 3), new byte[24]));
    run("idx", file, whole, HostileDataTest::packed, opened("idx:", file), file.toString());
  }

  @Test
  void idxLabels() throws IOException {
    Path images = folder.resolve("train-images-idx3-ubyte");
    Files.write(images, IdxBytes.join(IdxBytes.header(2, 5, 3), new byte[30]));
    Path file = folder.resolve("train-labels-idx1-ubyte");
    List<byte[]> whole = List.of(IdxBytes.join(IdxBytes.header(2), new byte[] {3, 0}));
    run(
        "idx-labels",
        file,
        whole,
        HostileDataTest::packed,
        opened("idx:", images),
        file.toString());
  }

  @Test
  void cifar() throws IOException {
    Path file = Files.createDirectory(folder.resolve("cifar")).resolve("data_batch_1.bin");
    List<byte[]> whole = List.of(new byte[2 * 3073], new byte[3074]);
    run("cifar", file, whole, bytes -> bytes, opened("cifar:", file), file.toString());
  }

  @Test
  void cifarNames() throws IOException {
    Path batches = Files.createDirectory(folder.resolve("cifar"));
    Files.write(batches.resolve("data_batch_1.bin"), new byte[3073]);
    Path file = batches.resolve("batches.meta.txt");
    List<byte[]> whole = texts("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    run("cifar-names", file, whole, bytes -> bytes, opened("cifar:", batches), file.toString());
  }

  @Test
  void npy() throws IOException {
    Path file = folder.resolve("a.npy");
    run("npy", file, arrays(), bytes -> bytes, numbers(file), file.toString());
  }

  @Test
  void npz() throws IOException {
    Path file = folder.resolve("a.npz");
    List<byte[]> whole = new ArrayList<>();
    for (byte[] array : arrays()) {
      whole.add(zipped("arr_0.npy", array));
    }
    run("npz", file, whole, bytes -> bytes, numbers(file), file.toString());
  }

  @Test
  void npyInNpz() throws IOException {
    Path file = folder.resolve("a.npz");
    run(
        "npy-in-npz",
        file,
        arrays(),
        bytes -> zipped("arr_0.npy", bytes),
        numbers(file),
        file.toString());
  }

  @Test
  void safetensors() throws IOException {
    Path file = folder.resolve("a.safetensors");
    List<byte[]> whole = List.of(
        IdxBytes.join(SafeTensorsWriter.head("pictures", StoredType.U8, 2, 3, 3, 1), new byte[18]),
        IdxBytes.join(SafeTensorsWriter.head("series", StoredType.F32, 2, 3), new byte[24]),
        IdxBytes.join(SafeTensorsWriter.head("half", StoredType.BF16, 2, 3, 1), new byte[12]));
    run("safetensors", file, whole, bytes -> bytes, numbers(file), file.toString());
  }

  @Test
  void csv() throws IOException {
    Path file = folder.resolve("a.csv");
    List<byte[]> whole = texts(
        "time,height\n1,2.5\n3,-4e2\n", "# waves\n1;2;3\n4;5;6", "1 2\t3\n4 5\t6\n", "7\n8\n9\n");
    run("csv", file, whole, HostileDataTest::packed, opened("series:", file), file.toString());
  }

  // ---- Much from little

  /** A file of a ZIP file that says it is small, and is packed so well that it is not. */
  @Test
  void filesOfZipFilesAreNoLongerThanTheySay() throws IOException {
    byte[] picture = Arrays.copyOf(written("bmp").get(0), 4 << 20); // what follows a BMP is ignored
    byte[] bytes = zipped("a.bmp", picture);
    assertTrue(bytes.length < 1 << 16, "packed: " + bytes.length);
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + Integer.BYTES <= bytes.length; at++) {
      if (zip.getInt(at) == picture.length) {
        zip.putInt(at, 1000);
      }
    }
    Path file = Files.write(folder.resolve("a.zip"), bytes);
    try (FileSystem inside = FileSystems.newFileSystem(file)) {
      String refusal = assertThrows(
              IOException.class, () -> ImageDecoder.look(inside.getPath("a.bmp")))
          .getMessage();
      assertEquals("damaged (expected 1000 bytes, as the ZIP file says, got more)", refusal);
    }
  }

  /** A line that is longer than the heap can hold as numbers, in a file of a few kilobytes. */
  @Test
  void linesThatAreTooLongAreRefused() throws IOException {
    Path file = folder.resolve("a.csv");
    long most = Runtime.getRuntime().maxMemory() / 128;
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (long i = 0; i <= most >> 16; i++) {
        out.write(new byte[1 << 16]);
      }
    }
    String refusal = assertThrows(IOException.class, () -> CsvTable.read(file)).getMessage();
    assertEquals(
        file + ": expected lines of at most " + most
            + " letters, which is what this heap can hold, got a longer line 1",
        refusal);
  }

  // ---- Reading

  private static List<Fuzzing.Reading> numbers(Path file) {
    return List.of(
        () -> open("arrays:" + file), () -> open("series:" + file), () -> open(file.toString()));
  }

  /** As its kind, and as whatever its content says. */
  private static List<Fuzzing.Reading> opened(String kind, Path file) {
    return List.of(() -> open(kind + file), () -> open(file.toString()));
  }

  private static void open(String word) throws IOException {
    readAll(Datasets.named(word).resolved().open());
  }

  private static void readAll(Dataset samples) throws IOException {
    samples.fingerprint();
    samples.describe();
    float[] values = new float[samples.pictureLength()];
    for (int i = 0; i < Math.min(samples.size(), MOST_READ); i++) {
      samples.read(i, i % 2 == 1, values, 0);
      if (!samples.classes().isEmpty()) {
        samples.classes().get(samples.label(i));
      }
    }
  }

  // ---- Writing

  /** Packs what was damaged, since damage after packing is mostly found by a checksum. */
  @FunctionalInterface
  private interface Packing {
    byte[] packed(byte[] bytes) throws IOException;
  }

  /** A third of the files as they are, a third in gzip, a third in gzip that is damaged once more. */
  private static byte[] packed(byte[] bytes) throws IOException {
    if (bytes.length % 3 == 0) {
      return bytes;
    }
    byte[] packed = IdxBytes.gzip(bytes);
    return bytes.length % 3 == 1 ? packed : new Damage(bytes.length).of(packed, List.of(packed));
  }

  private static void run(
      String format,
      Path file,
      List<byte[]> whole,
      Packing packing,
      List<Fuzzing.Reading> readings,
      String named)
      throws IOException {
    List<byte[]> all = new ArrayList<>(whole);
    for (Path kept : Fuzzing.corpus(HostileDataTest.class, format)) {
      all.add(Files.readAllBytes(kept));
    }
    Function<Damage, byte[]> damaged = damage -> {
      try {
        return packing.packed(damage.of(damage.oneOf(all), all));
      } catch (IOException impossible) {
        throw new IllegalStateException(impossible);
      }
    };
    Fuzzing.run(HostileDataTest.class, format, file, damaged, readings, List.of(named));
  }

  private static List<byte[]> texts(String... texts) {
    return List.of(texts).stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private static List<byte[]> arrays() {
    byte[] bytes = new byte[48];
    new Random(1).nextBytes(bytes);
    return List.of(
        IdxBytes.join(NpyHeader.of(StoredType.U8, 2, 4, 6), bytes),
        IdxBytes.join(NpyHeader.of(StoredType.U8, 4, 2, 2, 3), bytes),
        IdxBytes.join(NpyHeader.of(StoredType.F32, 3, 4), new byte[48]),
        IdxBytes.join(NpyHeader.of(StoredType.F16, 2, 3, 4), bytes));
  }

  private static byte[] zipped(String name, byte[] bytes) throws IOException {
    return zipped(name, bytes, "", bytes);
  }

  private static byte[] zipped(String name, byte[] bytes, String second, byte[] others)
      throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(all)) {
      zip.putNextEntry(entry(name));
      zip.write(bytes);
      if (!second.isEmpty()) {
        zip.putNextEntry(entry(second));
        zip.write(others);
      }
    }
    return all.toByteArray();
  }

  /** Of a date that is always the same. */
  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    return entry;
  }
}
