package brume.cuda.library;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Renaming changes the name and the hash of its version, and nothing else. */
class ElfNamesTest {

  private static final int SEGMENTS = 64;
  private static final int DYNAMIC = 256;
  private static final int STRINGS = 512;
  private static final int VERSIONS = 640;
  private static final int SHIFT = 0x1000; // addresses are not places in the file
  private static final String OTHER = "libc.so.6";
  private static final String OLD = "libcublas.so.12";
  private static final String NEW = "libcublas.so.13";

  @Test
  void nameAndHashOfTheVersionChange() {
    byte[] before = library();
    byte[] after = ElfNames.rename(before, OLD, NEW);
    List<Integer> changed = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        changed.add(i);
      }
    }
    int name = STRINGS + 1 + OTHER.length() + 1;
    int hash = VERSIONS + 48;
    assertEquals(List.of(name + OLD.length() - 1, hash), changed);
    assertEquals('3', after[name + OLD.length() - 1]);
    // The hashes that gcc's linker wrote into libraries that need the one or the other.
    assertEquals(
        0x0ef62132, ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN).getInt(hash));
    assertEquals(
        0x0ef62133, ByteBuffer.wrap(after).order(ByteOrder.LITTLE_ENDIAN).getInt(hash));
  }

  @Test
  void librariesThatDoNotNeedItAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> ElfNames.rename(library(), "libcublas.so.11", NEW));
    assertThrows(
        IllegalArgumentException.class, () -> ElfNames.rename(library(), OLD, "libcublas.so"));
    assertThrows(IllegalArgumentException.class, () -> ElfNames.rename(new byte[100], OLD, NEW));
  }

  @Test
  void renamingBackRestoresTheFile() {
    assertArrayEquals(library(), ElfNames.rename(ElfNames.rename(library(), OLD, NEW), NEW, OLD));
  }

  /** The smallest library that needs two others, one of them with a version. */
  private static byte[] library() {
    ByteBuffer file = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1});
    file.putLong(32, SEGMENTS).putShort(54, (short) 56).putShort(56, (short) 2);
    segment(file, SEGMENTS, 1, 0, 1024);
    segment(file, SEGMENTS + 56, 2, DYNAMIC, 96);
    int old = 1 + OTHER.length() + 1;
    long[] dynamic = {
      1, 1, 1, old, 5, SHIFT + STRINGS, 0x6ffffffe, SHIFT + VERSIONS, 0x6fffffff, 2, 0, 0
    };
    for (int i = 0; i < dynamic.length; i++) {
      file.putLong(DYNAMIC + 8 * i, dynamic[i]);
    }
    file.put(STRINGS + 1, OTHER.getBytes(StandardCharsets.US_ASCII));
    file.put(STRINGS + old, OLD.getBytes(StandardCharsets.US_ASCII));
    version(file, VERSIONS, 1, 0x0d696916, 32);
    version(file, VERSIONS + 32, old, 0x0ef62132, 0);
    return file.array();
  }

  private static void segment(ByteBuffer file, int at, int kind, int start, int size) {
    file.putInt(at, kind).putLong(at + 8, start).putLong(at + 16, SHIFT + start);
    file.putLong(at + 32, size);
  }

  /** A needed library with one version of its own name. */
  private static void version(ByteBuffer file, int at, int name, int hash, int next) {
    file.putShort(at, (short) 1).putShort(at + 2, (short) 1).putInt(at + 4, name);
    file.putInt(at + 8, 16).putInt(at + 12, next);
    file.putInt(at + 16, hash).putInt(at + 24, name);
  }
}
