package brume.diffusion.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The pictures of an IDX file of rank 3 (grey) or 4 (1 or 3 channels), held in memory as bytes. */
public final class IdxImages implements Dataset {
  private final IdxFile file;
  private final int channels;

  private IdxImages(IdxFile file, int channels) {
    this.file = file;
    this.channels = channels;
  }

  /**
   * Reads the pictures of a file.
   *
   * @param file an IDX file, gzipped or not, such as {@code train-images-idx3-ubyte.gz}
   * @return its pictures
   * @throws IOException if it is not an IDX file of pictures
   */
  public static IdxImages open(Path file) throws IOException {
    return of(IdxFile.read(file));
  }

  /**
   * Views a file that was read as pictures.
   *
   * @param file of rank 3 (N, H, W) or 4 (N, H, W, C)
   * @return its pictures
   * @throws IOException if the file has another rank or C is neither 1 nor 3
   */
  public static IdxImages of(IdxFile file) throws IOException {
    if (file.rank() == 1) {
      throw new IOException(
          file.name() + ": expected pictures, an IDX file of rank 3 or 4, got labels (rank 1);"
              + " name the file with images in its name");
    }
    int channels = file.rank() == 4 ? file.size(3) : 1;
    if (channels != 1 && channels != 3) {
      throw new IOException(
          file.name() + ": expected pictures of 1 or 3 channels, got " + channels);
    }
    return new IdxImages(file, channels);
  }

  @Override
  public int size() {
    return file.size(0);
  }

  @Override
  public int height() {
    return file.size(1);
  }

  @Override
  public int width() {
    return file.size(2);
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    int start = Objects.checkIndex(index, size()) * pictureLength();
    Pixels.read(file.values(), start, this, flipped, into, offset);
  }

  @Override
  public String source() {
    return file.name();
  }

  /**
   * {@inheritDoc}
   *
   * <p>It covers the first and the last 8 MiB of the pictures.
   */
  @Override
  public String fingerprint() {
    byte[] values = file.values();
    int end = Math.min(values.length, 1 << 23);
    return new Fingerprint(this)
        .add(Arrays.copyOf(values, end))
        .add(Arrays.copyOfRange(values, values.length - end, values.length))
        .text(values.length);
  }
}
