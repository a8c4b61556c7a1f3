package brume.diffusion.data;

import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Pictures in an array of numbers, as samples are written and as Python saves them: (N, H, W) or (N,
 * H, W, C) in a {@code .npy} file, or in a {@code .npz} or {@code .safetensors} file, maybe with labels
 * beside them. Whole numbers are 0 to 255, others 0 to 1.
 *
 * <p>A {@code .npy} file is mapped, not copied; the others are read into memory. Safe for many threads.
 */
public final class ArrayImages implements Dataset {

  private static final float MOST = 255;

  private final Path file;
  private final LabelledTable arrays;
  private final NumberTable table;
  private final Shape sizes;

  private ArrayImages(Path file, LabelledTable arrays, Shape sizes) {
    this.file = file;
    this.arrays = arrays;
    this.table = arrays.values();
    this.sizes = sizes;
  }

  /**
   * Opens a file and looks at all its numbers once.
   *
   * @param file the file
   * @return its pictures
   * @throws IOException if it cannot be read, is of other sizes, or has numbers out of range
   */
  public static ArrayImages open(Path file) throws IOException {
    LabelledTable arrays = LabelledTable.open(file);
    NumberTable table = arrays.values();
    Shape sizes = sizes(table);
    NumberTable.Range range = table.range();
    double most = table.isWhole() ? MOST : 1;
    if (range.low() < 0 || range.high() > most) {
      throw new IOException(Text.of(
          "%s: expected pictures of %s, got numbers from %s to %s; scale them to that",
          file,
          table.isWhole() ? "whole numbers from 0 to 255" : "numbers from 0 to 1",
          range.low(),
          range.high()));
    }
    return new ArrayImages(file, arrays, sizes);
  }

  private static Shape sizes(NumberTable table) throws IOException {
    long[] shape = table.shape();
    long channels = shape.length == 4 ? shape[3] : 1;
    boolean fits = shape.length == 3 || shape.length == 4;
    for (long size : shape) {
      fits &= size >= 1 && size <= 1 << 24;
    }
    if (!fits || channels != 1 && channels != 3 || shape[1] * shape[2] > 1 << 26) {
      throw new IOException(Text.of(
              "%s: expected pictures (N, H, W), (N, H, W, 1) or (N, H, W, 3), got an", table.name())
          + " array of " + table.sizes() + "; transpose or reshape it");
    }
    return Shape.of((int) shape[0], (int) shape[1], (int) shape[2], (int) channels);
  }

  @Override
  public int size() {
    return sizes.dim(0);
  }

  @Override
  public int height() {
    return sizes.dim(1);
  }

  @Override
  public int width() {
    return sizes.dim(2);
  }

  @Override
  public int channels() {
    return sizes.dim(3);
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    int length = pictureLength(), C = channels(), row = width() * C;
    float[] stored = new float[length];
    table.read((long) Objects.checkIndex(index, size()) * length, length, stored, 0);
    float one = table.isWhole() ? MOST : 1;
    for (int i = 0; i < length; i++) {
      int x = i % row, from = flipped ? i - x + row - C - x / C * C + x % C : i;
      into[offset + i] = stored[from] / one;
    }
  }

  /**
   * The labels beside the pictures.
   *
   * @return a class for each picture, from 0; empty if the file has none
   * @throws IOException if they are not one whole number for each picture
   */
  Optional<int[]> labels() throws IOException {
    return arrays.labels().isEmpty()
        ? Optional.empty()
        : Optional.of(arrays.labels().get().of(size()));
  }

  @Override
  public String source() {
    return table.name();
  }

  /** {@inheritDoc} It names arrays that were left out. */
  @Override
  public String describe() {
    String others = String.join(", ", arrays.leftOut());
    return Dataset.super.describe()
        + (others.isEmpty() ? "" : ", other arrays left out: " + others);
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
