package brume.tensor.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** What a file is, told by its first bytes, whatever it is called. */
public enum FileContent {
  /** Nothing at all. */
  EMPTY("an empty file", "fetch it again"),
  /** Unsigned bytes or other numbers, as MNIST has them. */
  IDX("an IDX file", "give it as data with --data"),
  /** One array of numpy. */
  NPY("a .npy file", "give it as data with --data"),
  /** Named tensors. */
  SAFETENSORS("a safetensors file", "give it where weights are expected"),
  /** Arrays of numpy, documents of offices, Java's programs and much else. */
  ZIP("a ZIP archive", "unpack it and give what was in it"),
  /** Packed by gzip. */
  GZIP("a file packed by gzip, maybe twice", "unpack it with gunzip"),
  /** Packed by gzip and cut short or changed since. */
  DAMAGED_GZIP("a damaged gzip file", "fetch it again"),
  /** A picture. */
  PNG("a PNG image", "give the folder it lies in"),
  /** A picture. */
  JPEG("a JPEG image", "give the folder it lies in"),
  /** A picture. */
  GIF("a GIF image", "give the folder it lies in"),
  /** A picture. */
  BMP("a BMP image", "give the folder it lies in"),
  /** A picture. */
  WEBP("a WebP image", "convert it to PNG and give the folder it lies in"),
  /** A picture. */
  TIFF("a TIFF image", "convert it to PNG and give the folder it lies in"),
  /** What git keeps in place of a large file. */
  LFS_POINTER(
      "a Git LFS pointer, which stands for a file that was not fetched", "run git lfs pull"),
  /** What a server says instead of sending a file. */
  HTML("a web page", "fetch the file again, as the server sent a page in its place"),
  /** An object of Python, such as CIFAR for Python and older weights of PyTorch. */
  PICKLE(
      "a pickle of Python, which is a program and is not run",
      "save its arrays in Python with numpy.save, or its weights with"
          + " safetensors.torch.save_file"),
  /** Labels and pictures of CIFAR-10 in its binary version. */
  CIFAR(
      "a binary file of CIFAR-10",
      "save its pictures in Python: numpy.save('cifar.npy', numpy.fromfile(FILE,"
          + " 'u1').reshape(-1, 3073)[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))"),
  /** A folder in one file. */
  TAR("a tar archive", "unpack it and give what was in it"),
  /** Arrays and groups. */
  HDF5("an HDF5 file", "save its arrays in Python with numpy.save"),
  /** A table by columns. */
  PARQUET("a Parquet file", "save its numbers in Python with numpy.save, or as CSV"),
  /** Settings and such. */
  JSON("a JSON file", "give settings with --config, and numbers as CSV or .npy"),
  /** Letters, maybe a table of numbers. */
  TEXT("a text file", "give numbers as CSV, a line a series"),
  /** Something else. */
  OTHER("other content", "check which file was meant");

  private static final int START = 1024; // bytes that are looked at
  private static final int CIFAR_BYTES = 1 + 3 * 32 * 32; // a label and a picture

  private final String noun;
  private final String advice;

  FileContent(String noun, String advice) {
    this.noun = noun;
    this.advice = advice;
  }

  /**
   * Looks at the first bytes of a file, as they lie there.
   *
   * @param file a regular file
   * @return what it is
   * @throws IOException if it cannot be read
   */
  public static FileContent of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(START), Files.size(file));
    }
  }

  /**
   * Looks at the first bytes of a file, or of what gzip has packed in it.
   *
   * @param file a regular file
   * @return what it is; {@link #GZIP} if that is packed twice
   * @throws IOException if it cannot be read
   */
  public static FileContent unpacked(Path file) throws IOException {
    FileContent content = of(file);
    if (content != GZIP) {
      return content;
    }
    try (InputStream in = unpacked(Files.newInputStream(file))) {
      return of(in.readNBytes(START), Long.MAX_VALUE);
    } catch (EOFException | ZipException damaged) {
      return DAMAGED_GZIP;
    }
  }

  /**
   * A stream without the packing of gzip.
   *
   * @param in from its beginning
   * @return the same content if it is not packed
   * @throws IOException if it cannot be read
   */
  public static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(2);
    boolean gzip = buffered.read() == 0x1F && buffered.read() == 0x8B;
    buffered.reset();
    return gzip ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  /** What begins with some bytes and has a length, which is large where it is unknown. */
  static FileContent of(byte[] start, long length) {
    if (start.length == 0) {
      return EMPTY;
    }
    if (isSafeTensors(start, length)) {
      return SAFETENSORS; // its first bytes are a length, which may look like anything
    }
    FileContent magic = ofMagic(start);
    if (magic != OTHER) {
      return magic;
    }
    if (isIdx(start)) {
      return IDX;
    }
    if (length % CIFAR_BYTES == 0 && start[0] >= 0 && start[0] < 10) {
      return CIFAR;
    }
    return isText(start) ? ofText(new String(start, StandardCharsets.UTF_8).strip()) : OTHER;
  }

  private static FileContent ofMagic(byte[] start) {
    if (begins(start, 0, "\u0093NUMPY")) {
      return NPY;
    }
    if (begins(start, 0, "PK\3\4") || begins(start, 0, "PK\5\6")) {
      return ZIP;
    }
    if (begins(start, 0, "\u001f\u008b")) {
      return GZIP;
    }
    if (begins(start, 0, "\u0089PNG")) {
      return PNG;
    }
    if (begins(start, 0, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (begins(start, 0, "GIF8")) {
      return GIF;
    }
    if (begins(start, 0, "BM") && !isText(start)) {
      return BMP;
    }
    if (begins(start, 0, "RIFF") && begins(start, 8, "WEBP")) {
      return WEBP;
    }
    if (begins(start, 0, "II*\0") || begins(start, 0, "MM\0*")) {
      return TIFF;
    }
    if (begins(start, 0, "\u0089HDF")) {
      return HDF5;
    }
    if (begins(start, 0, "PAR1")) {
      return PARQUET;
    }
    if (begins(start, 257, "ustar")) {
      return TAR;
    }
    // The opcode PROTO and its number; with a brace later it is a safetensors file that was cut
    // off.
    boolean pickle =
        start.length > 2 && (start[0] & 0xff) == 0x80 && start[1] >= 2 && start[1] <= 5;
    return pickle && !begins(start, Long.BYTES, "{") ? PICKLE : OTHER;
  }

  private static FileContent ofText(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("version https://git-lfs")) {
      return LFS_POINTER;
    }
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      return HTML;
    }
    return lower.startsWith("{") ? JSON : TEXT;
  }

  private static boolean begins(byte[] start, int at, String latin1) {
    byte[] magic = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return start.length >= at + magic.length
        && Arrays.equals(start, at, at + magic.length, magic, 0, magic.length);
  }

  /** Two zeros, a type and a rank. */
  private static boolean isIdx(byte[] start) {
    return start.length >= 4
        && start[0] == 0
        && start[1] == 0
        && start[2] >= 0x08
        && start[2] <= 0x0E
        && start[3] > 0
        && start[3] <= 8;
  }

  /** The length of a header that the file can hold, and the brace it begins with. */
  private static boolean isSafeTensors(byte[] start, long length) {
    if (start.length < Long.BYTES + 2 || start[Long.BYTES] != '{') {
      return false;
    }
    long header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    return header >= 2 && header <= length - Long.BYTES;
  }

  private static boolean isText(byte[] start) {
    for (byte b : start) {
      if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f') {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether its first bytes leave no doubt, so that a damaged file of another kind can still be told.
   *
   * @return false where only its length or its letters speak for it
   */
  public boolean isKnown() {
    return this != EMPTY && this != IDX && this != CIFAR && this != TEXT && this != OTHER;
  }

  /**
   * What it is and what to do where something else was expected.
   *
   * @param file named where its first bytes say more than a word
   * @return such as {@code a web page; fetch the file again, ...}
   * @throws IOException if it cannot be read
   */
  public String insteadIn(Path file) throws IOException {
    if (this != OTHER) {
      return noun + "; " + advice;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return "a file that begins with " + HexFormat.ofDelimiter(" ").formatHex(in.readNBytes(4))
          + "; " + advice;
    }
  }

  /** In words, such as {@code a PNG image}. */
  @Override
  public String toString() {
    return noun;
  }
}
