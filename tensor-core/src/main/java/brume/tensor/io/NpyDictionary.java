package brume.tensor.io;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The Python dictionary in the header of an {@code .npy} file, with the keys {@code descr}, {@code
 * fortran_order} and {@code shape} in any order. Nothing of it is evaluated: what is not of this
 * form is refused.
 */
final class NpyDictionary {

  private static final int MAX_RANK = 64; // as numpy's

  private final String text;
  private final String name;
  private int at;

  private @Nullable StoredType type;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private boolean fortran;
  private long[] shape = {};

  private NpyDictionary(String text, String name) {
    this.text = text;
    this.name = name;
  }

  /**
   * Reads a dictionary.
   *
   * @param text the whole header
   * @param name what error messages call the file
   */
  static NpyDictionary parse(String text, String name) throws IOException {
    NpyDictionary dictionary = new NpyDictionary(text, name);
    dictionary.parse();
    return dictionary;
  }

  StoredType type() {
    if (type == null) {
      throw new IllegalStateException(name + ": has no type"); // parse() has seen to it
    }
    return type;
  }

  ByteOrder order() {
    return order;
  }

  boolean fortran() {
    return fortran;
  }

  long[] shape() {
    return shape;
  }

  /** What numpy calls a type, in little-endian order. */
  static String code(StoredType type) {
    return switch (type) {
      case F64 -> "<f8";
      case F32 -> "<f4";
      case F16 -> "<f2";
      case I64 -> "<i8";
      case I32 -> "<i4";
      case U32 -> "<u4";
      case I16 -> "<i2";
      case U16 -> "<u2";
      case I8 -> "|i1";
      case U8 -> "|u1";
      case BOOL -> "|b1";
      case BF16 ->
        throw new IllegalArgumentException("npy: expected a type that numpy has, got " + type);
    };
  }

  private void parse() throws IOException {
    Set<String> keys = new HashSet<>();
    expect('{');
    while (!next('}')) {
      String key = string("a key in quotes");
      if (!keys.add(key)) {
        throw refusal("each key once, got '%s' twice", shortened(key));
      }
      expect(':');
      switch (key) {
        case "descr" -> readType();
        case "fortran_order" -> fortran = truth();
        case "shape" -> shape = tuple();
        default ->
          throw refusal("the keys descr, fortran_order and shape, got '%s'", shortened(key));
      }
      if (!next(',')) {
        expect('}');
        break;
      }
    }
    if (keys.size() < 3) {
      throw refusal("the keys descr, fortran_order and shape, got %s", shortened(keys.toString()));
    }
    if (!text.substring(at).isBlank()) {
      throw refusal("nothing after the dictionary, got '%s'", shortened(text.substring(at)));
    }
  }

  private void readType() throws IOException {
    skipSpace();
    if (at < text.length() && text.charAt(at) == '[') {
      throw refusal("numbers of one type, got records of several fields; save the fields apart");
    }
    String code = string("the type in quotes");
    String little = code.startsWith(">") ? "<" + code.substring(1) : code;
    for (StoredType candidate : StoredType.values()) {
      if (candidate != StoredType.BF16 && code(candidate).equals(little)) {
        type = candidate;
        order = little.equals(code) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        return;
      }
    }
    String kind = code.length() > 1 ? code.substring(1, 2) : code;
    throw refusal(
        "numbers of type u1, u2, u4, i1, i2, i4, i8, f2, f4, f8 or b1, got %s%s",
        shortened(code),
        switch (kind) {
          case "O" -> " (Python objects, pickled); save an array of numbers";
          case "U", "S" -> " (text); save an array of numbers";
          case "c" -> " (complex numbers); save their parts as two arrays";
          case "M", "m" -> " (times); save them as numbers with .astype('f8')";
          default -> "; convert it with .astype('f4')";
        });
  }

  private boolean truth() throws IOException {
    skipSpace();
    for (boolean value : new boolean[] {true, false}) {
      String word = value ? "True" : "False";
      if (text.startsWith(word, at)) {
        at += word.length();
        return value;
      }
    }
    throw refusal("fortran_order to be True or False, got '%s'", shortened(text.substring(at)));
  }

  private long[] tuple() throws IOException {
    List<Long> sizes = new ArrayList<>();
    expect('(');
    while (!next(')')) {
      if (sizes.size() == MAX_RANK) {
        throw refusal("a shape of at most %d sizes, got more", MAX_RANK);
      }
      sizes.add(size());
      if (!next(',')) {
        expect(')');
        break;
      }
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private long size() throws IOException {
    skipSpace();
    int begin = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    String digits = text.substring(begin, at);
    next('L'); // how Python 2 marked its long integers
    if (digits.isEmpty() || digits.length() > 18) {
      throw refusal(
          "sizes of 1 to 18 digits in the shape, got '%s'", shortened(text.substring(begin)));
    }
    return Long.parseLong(digits);
  }

  private String string(String what) throws IOException {
    skipSpace();
    char quote = at < text.length() ? text.charAt(at) : 0;
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) {
      throw refusal("%s, got '%s'", what, shortened(text.substring(at)));
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private void expect(char character) throws IOException {
    if (!next(character)) {
      throw refusal("'%s' in the header, got '%s'", character, shortened(text.substring(at)));
    }
  }

  private boolean next(char character) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == character;
    at += found ? 1 : 0;
    return found;
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IOException refusal(String format, Object... arguments) {
    return new IOException(name + ": expected " + String.format(Locale.ROOT, format, arguments));
  }

  private static String shortened(String text) {
    return text.isBlank() ? "the end" : Text.shown(text.stripTrailing(), 40);
  }

  @Override
  public String toString() {
    return type + " " + Arrays.toString(shape);
  }
}
