package brume.diffusion.sink;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The numbers of the samples that are wanted, in the order in which they are drawn: ranges such as
 * {@code 0-63,100}, each number at most once. Sample i of a seed is always the same, so that a list
 * of numbers says what to draw. Takes the memory of its ranges, not of its numbers.
 */
public final class SampleNumbers {

  private static final Pattern RANGE =
      Pattern.compile("\\s*(\\d{1,18})\\s*(?:-\\s*(\\d{1,18})\\s*)?");

  /** From first to last, both counted. */
  private record Range(long first, long last) {
    long count() {
      return last - first + 1;
    }

    @Override
    public String toString() {
      return first == last ? Long.toString(first) : first + "-" + last;
    }
  }

  private final List<Range> ranges;
  private final List<Range> sorted;
  private final long[] ends; // how many numbers there are up to the end of each range
  private final long count;

  private SampleNumbers(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
    this.sorted = ranges.stream().sorted(Comparator.comparingLong(Range::first)).toList();
    this.ends = new long[ranges.size()];
    long sum = 0;
    for (int i = 0; i < ends.length; i++) {
      sum += this.ranges.get(i).count(); // at most 10¹⁸, for no number comes twice
      ends[i] = sum;
    }
    this.count = sum;
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).first() <= sorted.get(i - 1).last()) {
        throw new IllegalArgumentException(Text.of(
            "sample numbers: expected each number once, got %d twice in %s",
            sorted.get(i).first(), this));
      }
    }
  }

  /**
   * The first numbers.
   *
   * @param count how many, at least 1
   * @return 0 to {@code count - 1}
   * @throws IllegalArgumentException if the count is not positive or has more than 18 digits
   */
  public static SampleNumbers first(long count) {
    if (count < 1 || count >= 1_000_000_000_000_000_000L) {
      throw new IllegalArgumentException(
          "sample numbers: expected a count of 1 or more, of at most 18 digits, got " + count);
    }
    return new SampleNumbers(List.of(new Range(0, count - 1)));
  }

  /**
   * Reads a list.
   *
   * @param text numbers and ranges with commas between them, such as {@code 0-63,100}
   * @return these numbers in this order
   * @throws IllegalArgumentException if it is no such list or a number comes twice
   */
  public static SampleNumbers parse(String text) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part);
      long first = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
      long last = !matcher.matches()
          ? -1
          : matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
      if (last < first) {
        throw new IllegalArgumentException(Text.of(
            "sample numbers: expected numbers of 0 or more and ranges such as 0-63,100, got %s",
            part.isBlank() ? "an empty part in '" + text + "'" : "'" + part + "'"));
      }
      ranges.add(new Range(first, last));
    }
    return new SampleNumbers(ranges);
  }

  /**
   * Tells how many there are.
   *
   * @return at least 1
   */
  public long count() {
    return count;
  }

  /**
   * Tells whether each number follows the one before it.
   *
   * @return true for a single range
   */
  public boolean areConsecutive() {
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).first() != ranges.get(i - 1).last() + 1) {
        return false;
      }
    }
    return true;
  }

  /**
   * Tells which number stands at a position.
   *
   * @param position in [0, count)
   * @return the sample's number, at least 0
   * @throws IndexOutOfBoundsException if there is no such position
   */
  public long at(long position) {
    if (position < 0 || position >= count) {
      throw new IndexOutOfBoundsException(
          Text.of("sample numbers: expected a position in [0, %d), got %d", count, position));
    }
    int low = 0, high = ends.length - 1;
    while (low < high) { // the first range that ends beyond the position
      int middle = (low + high) >>> 1;
      if (ends[middle] > position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return ranges.get(low).last() - (ends[low] - 1 - position);
  }

  /**
   * Tells whether a number is among them.
   *
   * @param number any number
   * @return whether its sample is wanted
   */
  public boolean contains(long number) {
    int low = 0, high = sorted.size() - 1;
    while (low < high) { // the last range that begins at the number or before it
      int middle = (low + high + 1) >>> 1;
      if (sorted.get(middle).first() <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return sorted.get(low).first() <= number && number <= sorted.get(low).last();
  }

  /** Such as {@code 0-63,100}. */
  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
  }

  /** What a picture of a number is called. */
  static String fileName(long number) {
    return String.format(Locale.ROOT, "%06d.png", number);
  }

  /** The number in a name that {@link #fileName} gives, or -1. */
  static long numberOf(String fileName) {
    return fileName.matches("\\d{6,18}\\.png")
        ? Long.parseLong(fileName.substring(0, fileName.length() - 4))
        : -1;
  }
}
