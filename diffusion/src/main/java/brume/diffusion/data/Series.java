package brume.diffusion.data;

import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/**
 * Series of numbers in a file, as pictures of one row: what networks in one dimension learn from.
 *
 * <p>A {@code .npy} file, or a {@code .npz} or {@code .safetensors} file of a single array, holds (N,
 * L, C) or (N, C, L), as {@link Layout} says, or (N, L · C); of a CSV file, each line is a series of
 * L · C values. A range of numbers becomes [0, 1].
 *
 * <p>A {@code .npy} file is mapped, not copied; the others are read into memory. Safe for many threads.
 */
public final class Series implements Dataset {

  private final Path file;
  private final NumberTable table;
  private final Layout layout;
  private final int count;
  private final int length;
  private final int channels;
  private final double low;
  private final double high;

  private Series(
      Path file,
      NumberTable table,
      Layout layout,
      int count,
      int length,
      int channels,
      NumberTable.Range range) {
    this.file = file;
    this.table = table;
    this.layout = layout;
    this.count = count;
    this.length = length;
    this.channels = channels;
    this.low = range.low();
    this.high = range.high();
  }

  /**
   * Opens a file and looks at all its numbers once.
   *
   * @param file the file
   * @param channels C; 0 for what the file says, which is 1 where a series is one row
   * @param layout how values of several channels follow each other
   * @param low what becomes 0
   * @param high what becomes 1; if it equals {@code low}, the least and the greatest number of the
   *     file are taken
   * @return the series
   * @throws IOException if it cannot be read, is of other sizes, or has numbers that are infinite, NaN
   *     or out of range
   */
  public static Series open(Path file, int channels, Layout layout, double low, double high)
      throws IOException {
    NumberTable table = NumberTable.open(file);
    Shape sizes = sizes(table, channels, layout);
    NumberTable.Range found = table.range();
    if (low == high && found.low() == found.high()) {
      throw new IOException(
          file + ": expected numbers that differ, got " + found.low() + " everywhere");
    }
    if (low != high && (found.low() < low || found.high() > high)) {
      throw new IOException(Text.of(
          "%s: expected numbers from %s to %s, got %s to %s; state a range that holds them all",
          file, low, high, found.low(), found.high()));
    }
    return new Series(
        file,
        table,
        layout,
        sizes.dim(0),
        sizes.dim(1),
        sizes.dim(2),
        low == high ? found : new NumberTable.Range(low, high));
  }

  /** (N, L, C), whatever their order in the file. */
  private static Shape sizes(NumberTable table, int channels, Layout layout) throws IOException {
    long[] shape = table.shape();
    boolean rows = shape.length == 2;
    if (!rows && shape.length != 3) {
      throw new IOException(Text.of(
          "%s: expected series (N, L), (N, L, C) or (N, C, L), got an array of %s",
          table.name(), table.sizes()));
    }
    long inFile = rows ? Math.max(1, channels) : shape[layout == Layout.CHANNELS_LAST ? 2 : 1];
    long length = rows ? shape[1] / inFile : shape[layout == Layout.CHANNELS_LAST ? 1 : 2];
    if (channels != 0 && inFile != channels || rows && length * inFile != shape[1]) {
      throw new IOException(Text.of(
          "%s: expected series of %d channels, %s, got an array of %s",
          table.name(),
          channels,
          layout == Layout.CHANNELS_LAST ? "(N, L, C)" : "(N, C, L)",
          table.sizes()));
    }
    if (shape[0] < 1
        || length < 1
        || inFile < 1
        || shape[0] > Integer.MAX_VALUE
        || length * inFile > 1 << 28) {
      throw new IOException(Text.of(
          "%s: expected 1 to 2³¹ series of 1 to 2²⁸ values, got an array of %s",
          table.name(), table.sizes()));
    }
    return Shape.of((int) shape[0], (int) length, (int) inFile);
  }

  /**
   * What becomes 0.
   *
   * @return below {@link #high}
   */
  public double low() {
    return low;
  }

  /**
   * What becomes 1.
   *
   * @return above {@link #low}
   */
  public double high() {
    return high;
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public int height() {
    return 1;
  }

  @Override
  public int width() {
    return length;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    int size = length * channels;
    float[] stored = new float[size];
    table.read((long) Objects.checkIndex(index, count) * size, size, stored, 0);
    for (int i = 0; i < length; i++) {
      int to = offset + (flipped ? length - 1 - i : i) * channels;
      for (int c = 0; c < channels; c++) {
        int from = layout == Layout.CHANNELS_LAST ? i * channels + c : c * length + i;
        into[to + c] = (float) ((stored[from] - low) / (high - low));
      }
    }
  }

  @Override
  public String source() {
    return table.name();
  }

  @Override
  public String describe() {
    return String.format(
        Locale.ROOT,
        "%,d series of %,d steps, %d %s, values from %.4g to %.4g, from %s",
        count,
        length,
        channels,
        channels == 1 ? "channel" : "channels",
        low,
        high,
        source());
  }

  /**
   * {@inheritDoc}
   *
   * <p>It covers the first and the last 8 MiB of the file, and its size.
   */
  @Override
  public String fingerprint() throws IOException {
    return new Fingerprint(this).add(file).text(Files.size(file));
  }
}
