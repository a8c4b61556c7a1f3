package brume.diffusion.run;

import brume.diffusion.data.Batches;
import brume.tensor.Shape;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one batch after the other, each before it is needed, at a moment when a GPU is busy and the
 * host has nothing else to do. Mutable; there is one batch at a time.
 */
final class ReadAhead {

  private static final long NONE = -1;

  private final Batches batches;
  private final int count;
  private final float[] pictures;
  private long position = NONE; // of the first picture that was read
  private @Nullable IOException failure; // in reading those

  /**
   * Reads nothing yet.
   *
   * @param batches where pictures come from
   * @param count pictures of a batch
   * @param length values of a picture
   */
  ReadAhead(Batches batches, int count, int length) {
    this.batches = batches;
    this.count = count;
    this.pictures = new float[Shape.product(count, length)];
  }

  /** Reads the batch that will be needed next. Whether that failed is told when it is needed. */
  void prepare(long first) {
    position = first;
    failure = null;
    try {
      batches.read(first, count, pictures);
    } catch (IOException unreadable) {
      failure = unreadable;
    }
  }

  /**
   * Hands out the batch at a position, once.
   *
   * @return (N, H, W, C) values in [0, 1], the caller's until the next call
   * @throws IOException if a picture could not be read
   */
  float[] take(long first) throws IOException {
    if (position != first) {
      prepare(first);
    }
    position = NONE;
    if (failure != null) {
      throw failure;
    }
    return pictures;
  }
}
