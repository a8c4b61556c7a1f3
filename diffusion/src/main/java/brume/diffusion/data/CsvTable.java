package brume.diffusion.data;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in lines of text, gzipped or not: as many in every line, with commas, semicolons, tabs or
 * spaces between them. A first line of words, lines that begin with {@code #} and empty ones are left
 * out. The numbers are those of Java and Python, with a point.
 */
final class CsvTable {

  private static final Pattern SEPARATOR = Pattern.compile("[,;\t]");

  private final Path file;
  private @Nullable Pattern separator; // that of the first line
  private float[] values = new float[1 << 10];
  private int count;
  private int rows;
  private int columns;

  private CsvTable(Path file) {
    this.file = file;
  }

  /** Reads a file into memory. */
  static NumberTable read(Path file) throws IOException {
    CsvTable table = new CsvTable(file);
    try (TextLines lines = new TextLines(file, file.toString(), CodingErrorAction.REPLACE)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        boolean marked = lines.number() == 1 && line.startsWith("\uFEFF");
        String text = marked ? line.substring(1) : line;
        if (!text.isBlank() && !text.stripLeading().startsWith("#")) {
          table.add(lines.number(), text.strip());
        }
      }
    }
    if (table.rows == 0) {
      throw new IOException(file + ": expected lines of numbers, got none");
    }
    return new NumberTable.InMemory(
        file.toString(),
        new long[] {table.rows, table.columns},
        false,
        Arrays.copyOf(table.values, table.count));
  }

  private void add(int number, String line) throws IOException {
    if (separator == null) {
      separator = SEPARATOR.matcher(line).find()
          ? Pattern.compile("\\s*" + between(line) + "\\s*")
          : Pattern.compile("\\s+");
    }
    String[] fields = separator.split(line, -1);
    boolean words = rows == 0 && columns == 0 && !isNumber(fields[0]);
    if (columns == 0) {
      columns = fields.length;
    }
    if (fields.length != columns) {
      throw new IOException(Text.of(
              "%s: expected %d numbers in every line, as in the first, got %d in line",
              file, columns, fields.length)
          + " " + number);
    }
    if (!words) {
      for (int i = 0; i < columns; i++) {
        append(number(fields[i], number, i + 1));
      }
      rows++;
    }
  }

  /** The strongest separator of a line. */
  private static String between(String line) {
    return line.contains("\t") ? "\t" : line.contains(";") ? ";" : ",";
  }

  private void append(float value) throws IOException {
    if (count == values.length) {
      long most =
          Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 4 / Float.BYTES);
      if (count >= most) {
        throw new IOException(Text.of(
                "%s: expected at most %d numbers, which is what this heap can hold;", file, most)
            + " save them as .npy, which is read piece by piece");
      }
      values = Arrays.copyOf(values, (int) Math.min(most, 2L * count));
    }
    values[count++] = value;
  }

  private float number(String field, int line, int column) throws IOException {
    if (!isNumber(field)) {
      throw new IOException(Text.of(
          "%s: expected a number such as 0.5, got '%s' in line %d, column %d",
          file, Text.shown(field, 40), line, column));
    }
    return (float) Double.parseDouble(field);
  }

  private static boolean isNumber(String field) {
    try {
      Double.parseDouble(field);
      // Java would take 1d and 1f for numbers, too.
      return "dDfF".indexOf(field.charAt(field.length() - 1)) < 0;
    } catch (NumberFormatException none) {
      return false;
    }
  }
}
