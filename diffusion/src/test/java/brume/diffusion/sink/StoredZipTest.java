package brume.diffusion.sink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredZipTest {

  @TempDir
  private Path folder;

  private static void add(DataFile data, String name, byte[] content) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    data.write(StoredZip.localHeader(name, content.length, sum.getValue()));
    data.write(content);
  }

  @Test
  void entriesBeyondTwoBytesOfCountAreFound() throws IOException {
    Path file = folder.resolve("many.zip");
    try (DataFile data = DataFile.open(file, 0)) {
      for (int i = 0; i < 70_000; i++) {
        add(data, SampleNumbers.fileName(i), new byte[] {(byte) i, (byte) (i >> 8)});
      }
      StoredZip.finish(data);
      data.flush();
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertEquals(70_000, zip.size());
      assertArrayEquals(
          new byte[] {(byte) 69_999, (byte) (69_999 >> 8)},
          zip.getInputStream(zip.getEntry("069999.png")).readAllBytes());
    }
    // Java counts the directory itself; others look into the record of 8 bytes a number.
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer end =
        ByteBuffer.wrap(bytes, bytes.length - 98, 98).slice().order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x06064b50, end.getInt(0));
    assertEquals(70_000, end.getLong(24));
    assertEquals(70_000, end.getLong(32));
    assertEquals(bytes.length - 98, end.getLong(40) + end.getLong(48)); // its length and beginning
    assertEquals(bytes.length - 98, end.getLong(64)); // the locator
    int count = 0;
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        assertEquals(2, zip.readAllBytes().length); // checks the sum
        count++;
      }
    }
    assertEquals(70_000, count);
  }

  @Test
  void entriesBeyondFourBytesOfSizeAndPlaceAreFound() throws IOException {
    Path file = folder.resolve("large.zip");
    long size = 5L << 30;
    byte[] header = StoredZip.localHeader("large", size, 7);
    try (DataFile data = DataFile.open(file, 0)) {
      data.write(header);
      data.flush();
    }
    try (FileChannel hole = FileChannel.open(file, StandardOpenOption.WRITE)) {
      hole.write(ByteBuffer.allocate(1), header.length + size - 1); // takes no room on the disk
    }
    try (DataFile data = DataFile.open(file, header.length + size)) {
      add(data, "small", new byte[] {1, 2, 3});
      StoredZip.finish(data);
      data.flush();
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertEquals(size, zip.getEntry("large").getSize());
      assertEquals(7, zip.getEntry("large").getCrc());
      assertArrayEquals(
          new byte[] {1, 2, 3}, zip.getInputStream(zip.getEntry("small")).readAllBytes());
    }
  }
}
