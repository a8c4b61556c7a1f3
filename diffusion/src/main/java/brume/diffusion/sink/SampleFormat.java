package brume.diffusion.sink;

import java.io.IOException;

/** How samples become an output. Opened with those that are done; wants the others in order. */
interface SampleFormat extends AutoCloseable {

  /**
   * Appends one sample.
   *
   * @param number the sample's number
   * @param values holds (H, W, C)
   * @param offset where in {@code values} the first one is
   */
  void append(long number, float[] values, int offset) throws IOException;

  /** Puts all that was appended on the disk; returns how many bytes of data that is. */
  long force() throws IOException;

  /** Whether so much waits to be put on the disk that it should be. */
  default boolean isFull() {
    return false;
  }

  /** Makes the output of the data after the last sample, and gives it its name. */
  void finish() throws IOException;

  @Override
  void close() throws IOException;
}
