package brume.diffusion.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A ZIP file of entries that are stored as they are, with the fixed time that numpy gives them. The
 * directory at its end is made from the headers that stand before the entries: it takes no memory
 * however many there are, and a file that was cut off between two entries can be gone on with, which
 * {@link java.util.zip.ZipOutputStream} can neither.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">PKWARE, .ZIP File Format
 *     Specification, sections 4.3 and 4.5.3</a>
 */
final class StoredZip {

  private static final int LOCAL = 0x04034b50, CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50, END_64 = 0x06064b50, LOCATOR_64 = 0x07064b50;
  private static final int LOCAL_BYTES = 30, CENTRAL_BYTES = 46;
  private static final int SIZES_64 = 0x0001; // the extra field with sizes of 8 bytes
  private static final int DATE = 1 << 5 | 1; // the first of January 1980
  private static final short VERSION = 20, VERSION_64 = 45;
  private static final long FULL = 0xffff_ffffL; // what 4 bytes say if 8 are needed
  private static final int MANY = 0xffff;
  private static final int NAME_AND_EXTRA = 128; // bytes; more than ours ever have

  private StoredZip() {}

  /** What stands before an entry of so many bytes and such a CRC-32. */
  static byte[] localHeader(String name, long size, long crc) {
    byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
    boolean large = size >= FULL;
    ByteBuffer header = little(LOCAL_BYTES + ascii.length + (large ? 20 : 0))
        .putInt(LOCAL)
        .putShort(large ? VERSION_64 : VERSION)
        .putShort((short) 0) // flags
        .putShort((short) 0) // stored
        .putShort((short) 0) // time
        .putShort((short) DATE)
        .putInt((int) crc)
        .putInt((int) Math.min(size, FULL))
        .putInt((int) Math.min(size, FULL))
        .putShort((short) ascii.length)
        .putShort((short) (large ? 20 : 0))
        .put(ascii);
    if (large) {
      header.putShort((short) SIZES_64).putShort((short) 16).putLong(size).putLong(size);
    }
    return header.array();
  }

  /** Appends the directory of all entries from the beginning of a file to its end. */
  static void finish(DataFile data) throws IOException {
    data.flush();
    long begin = data.length(), entries = 0;
    for (long at = 0; at < begin; entries++) {
      ByteBuffer local = little((int) Math.min(LOCAL_BYTES + NAME_AND_EXTRA, begin - at));
      data.read(local, at);
      if (local.limit() < LOCAL_BYTES || local.getInt(0) != LOCAL) {
        throw new IOException(
            data.file() + ": expected an entry at byte " + at + ", got other content");
      }
      int name = local.getShort(26), extra = local.getShort(28);
      long size = local.getInt(22) & FULL;
      if (size == FULL) {
        size = local.getLong(LOCAL_BYTES + name + 4);
      }
      data.write(central(local, size, at));
      at += LOCAL_BYTES + name + extra + size;
    }
    data.write(end(entries, begin, data.length() - begin));
  }

  /** The directory's line for the entry whose header begins at a position. */
  private static byte[] central(ByteBuffer local, long size, long at) {
    int name = local.getShort(26);
    int longs = (size >= FULL ? 2 : 0) + (at >= FULL ? 1 : 0);
    int extra = longs == 0 ? 0 : 4 + 8 * longs;
    short version = longs == 0 ? VERSION : VERSION_64;
    ByteBuffer line = little(CENTRAL_BYTES + name + extra)
        .putInt(CENTRAL)
        .putShort(version)
        .putShort(version)
        .put(local.slice(6, 20)) // flags to sizes
        .putShort((short) name)
        .putShort((short) extra)
        .putShort((short) 0) // comment
        .putShort((short) 0) // disk
        .putShort((short) 0) // attributes
        .putInt(0)
        .putInt((int) Math.min(at, FULL))
        .put(local.slice(LOCAL_BYTES, name));
    if (longs > 0) {
      line.putShort((short) SIZES_64).putShort((short) (8 * longs));
      if (size >= FULL) {
        line.putLong(size).putLong(size);
      }
      if (at >= FULL) {
        line.putLong(at);
      }
    }
    return line.array();
  }

  /** What stands after the directory, in 8 bytes a number where 4 or 2 do not do. */
  private static byte[] end(long entries, long begin, long bytes) {
    boolean large = entries >= MANY || begin >= FULL || bytes >= FULL;
    ByteBuffer end = little(22 + (large ? 76 : 0));
    if (large) {
      end.putInt(END_64)
          .putLong(44) // bytes that follow in this record
          .putShort(VERSION_64)
          .putShort(VERSION_64)
          .putInt(0)
          .putInt(0)
          .putLong(entries)
          .putLong(entries)
          .putLong(bytes)
          .putLong(begin)
          .putInt(LOCATOR_64)
          .putInt(0)
          .putLong(begin + bytes) // where the record begins
          .putInt(1);
    }
    return end.putInt(END)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) Math.min(entries, MANY))
        .putShort((short) Math.min(entries, MANY))
        .putInt((int) Math.min(bytes, FULL))
        .putInt((int) Math.min(begin, FULL))
        .putShort((short) 0)
        .array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
