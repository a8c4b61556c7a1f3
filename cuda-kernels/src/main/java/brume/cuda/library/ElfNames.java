package brume.cuda.library;

import brume.tensor.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Renames a library that a native library needs, in the latter's file. The name stands in its table of
 * strings, where both the list of needed libraries and the versions of symbols find it; the versions
 * also keep a hash of the name. Nothing else changes, so old and new names are of one length.
 */
final class ElfNames {

  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F', 2, 1}; // 64 bits, little end first
  private static final int LOADED = 1;
  private static final int DYNAMIC = 2;
  private static final long NEEDED = 1;
  private static final long STRINGS = 5;
  private static final long VERSIONS_NEEDED = 0x6ffffffe;
  private static final long VERSIONS_NEEDED_COUNT = 0x6fffffff;

  private final ByteBuffer file;

  private ElfNames(byte[] bytes) {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Renames a needed library.
   *
   * @param library the native library's bytes, which stay as they are
   * @param from name of what it needs
   * @param to its new name, of the same length
   * @return the changed bytes
   * @throws IllegalArgumentException if the file is no native library of Linux, or does not need it
   */
  static byte[] rename(byte[] library, String from, String to) {
    byte[] magic = Arrays.copyOf(library, MAGIC.length);
    if (!Arrays.equals(magic, MAGIC) || from.length() != to.length()) {
      throw new IllegalArgumentException(
          Text.of("expected a 64-bit library of Linux that needs %s, to rename to %s", from, to));
    }
    byte[] changed = library.clone();
    new ElfNames(changed).rename(from, to);
    return changed;
  }

  private void rename(String from, String to) {
    Set<Integer> names = new HashSet<>(); // where the name stands; once, if the linker was thrifty
    int strings = offset(values(STRINGS).get(0));
    for (long needed : values(NEEDED)) {
      note(strings + (int) needed, from, names);
    }
    for (long versions : values(VERSIONS_NEEDED)) {
      renameVersions(offset(versions), strings, from, to, names);
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException(Text.of("expected a library that needs %s", from));
    }
    names.forEach(at -> file.put(at, to.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Walks Verneed (version, count, file, first, next) and Vernaux (hash, flags, other, name, next). */
  private void renameVersions(int start, int strings, String from, String to, Set<Integer> names) {
    int at = start;
    for (long n = values(VERSIONS_NEEDED_COUNT).get(0); n > 0; n--) {
      note(strings + file.getInt(at + 4), from, names);
      int version = at + file.getInt(at + 8);
      for (int count = file.getShort(at + 2); count > 0; count--) {
        if (note(strings + file.getInt(version + 8), from, names)) {
          file.putInt(version, hash(to));
        }
        version += file.getInt(version + 12);
      }
      at += file.getInt(at + 12);
    }
  }

  private boolean note(int at, String name, Set<Integer> names) {
    boolean found = string(at).equals(name);
    if (found) {
      names.add(at);
    }
    return found;
  }

  /** Values of all entries of the dynamic section with a tag. */
  private List<Long> values(long tag) {
    List<Long> found = new ArrayList<>();
    for (int s = 0; s < segments(); s++) {
      if (file.getInt(segment(s)) == DYNAMIC) {
        for (int at = (int) file.getLong(segment(s) + 8); file.getLong(at) != 0; at += 16) {
          if (file.getLong(at) == tag) {
            found.add(file.getLong(at + 8));
          }
        }
      }
    }
    return found;
  }

  /** Place in the file of what will lie at an address. */
  private int offset(long address) {
    for (int s = 0; s < segments(); s++) {
      int at = segment(s);
      long start = file.getLong(at + 16);
      if (file.getInt(at) == LOADED
          && start <= address
          && address < start + file.getLong(at + 32)) {
        return (int) (file.getLong(at + 8) + address - start);
      }
    }
    throw new IllegalArgumentException(Text.of("expected address 0x%x in the file", address));
  }

  private int segments() {
    return file.getShort(56); // e_phnum
  }

  private int segment(int s) {
    return (int) file.getLong(32) + s * file.getShort(54); // e_phoff, e_phentsize
  }

  private String string(int at) {
    int end = at;
    while (file.get(end) != 0) {
      end++;
    }
    return new String(file.array(), at, end - at, StandardCharsets.US_ASCII);
  }

  /** The hash of System V's ABI for names of symbols. */
  private static int hash(String name) {
    int h = 0;
    for (int i = 0; i < name.length(); i++) {
      h = (h << 4) + name.charAt(i);
      int high = h & 0xf0000000;
      h = (h ^ high >>> 24) & ~high;
    }
    return h;
  }
}
