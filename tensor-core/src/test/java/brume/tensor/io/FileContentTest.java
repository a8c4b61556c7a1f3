package brume.tensor.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileContentTest {

  @TempDir
  private Path folder;

  static Stream<Arguments> contents() {
    return Stream.of(
        arguments(FileContent.EMPTY, ""),
        arguments(FileContent.IDX, "\0\0\u0008\u0003\0\0\0\u0001"),
        arguments(FileContent.NPY, "\u0093NUMPY\u0001\0"),
        arguments(FileContent.ZIP, "PK\u0003\u0004\0\0"),
        arguments(FileContent.GZIP, "\u001f\u008b\u0008\0"),
        arguments(FileContent.PNG, "\u0089PNG\r\n\u001a\n"),
        arguments(FileContent.JPEG, "\u00ff\u00d8\u00ff\u00e0"),
        arguments(FileContent.GIF, "GIF89a"),
        arguments(FileContent.BMP, "BM\0\0\0\0"),
        arguments(FileContent.WEBP, "RIFF\u0001\0\0\0WEBPVP8 "),
        arguments(FileContent.TIFF, "II*\0\u0008\0"),
        arguments(FileContent.LFS_POINTER, "version https://git-lfs.github.com/spec/v1\noid"),
        arguments(FileContent.HTML, "\n<!doctype HTML PUBLIC>"),
        arguments(FileContent.PICKLE, "\u0080\u0002}q\0X\u0001\0\0\0"),
        arguments(FileContent.CIFAR, "\u0003" + "\u00aa".repeat(3072)),
        arguments(FileContent.TAR, "a" + "\0".repeat(256) + "ustar"),
        arguments(FileContent.HDF5, "\u0089HDF\r\n"),
        arguments(FileContent.PARQUET, "PAR1\u0015"),
        arguments(FileContent.JSON, " {\"a\": 1}"),
        arguments(FileContent.TEXT, "0.5, 1\n"),
        arguments(FileContent.SAFETENSORS, "\u0002\0\0\0\0\0\0\0{}"),
        // 640 bytes of header, a number that pickles begin with, too
        arguments(FileContent.SAFETENSORS, "\u0080\u0002\0\0\0\0\0\0{" + " ".repeat(638) + "}"),
        arguments(FileContent.OTHER, "\u0001\u0002\u0003\u0004"));
  }

  @ParameterizedTest
  @MethodSource("contents")
  void theFirstBytesTell(FileContent expected, String latin1) throws IOException {
    Path file = Files.write(folder.resolve("a"), latin1.getBytes(ISO_8859_1));
    assertEquals(expected, FileContent.of(file));
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  @Test
  void packedFilesAreWhatIsInThem() throws IOException {
    byte[] once = gzip("<html>".getBytes(ISO_8859_1));
    Path file = folder.resolve("a");
    assertEquals(FileContent.HTML, FileContent.unpacked(Files.write(file, once)));
    assertEquals(FileContent.GZIP, FileContent.unpacked(Files.write(file, gzip(once))));
    assertEquals(
        FileContent.DAMAGED_GZIP,
        FileContent.unpacked(Files.write(file, Arrays.copyOf(once, once.length - 9))));
  }

  @Test
  void weightsThatAreNoneAreNamed() throws IOException {
    Path file = Files.write(folder.resolve("a"), "\u0080\u0002}q\0X\0\0\0".getBytes(ISO_8859_1));
    assertEquals(
        file
            + ": expected a safetensors file, got a pickle of Python, which is a program and is not"
            + " run; save its arrays in Python with numpy.save, or its weights with"
            + " safetensors.torch.save_file",
        assertThrows(SafeTensorsException.class, () -> SafeTensors.read(file)).getMessage());
    assertEquals(
        "a file that begins with 01 02; check which file was meant",
        FileContent.OTHER.insteadIn(Files.write(file, new byte[] {1, 2})));
  }
}
