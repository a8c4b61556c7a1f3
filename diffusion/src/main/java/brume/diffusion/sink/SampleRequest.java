package brume.diffusion.sink;

import brume.diffusion.image.Grids;
import java.util.Locale;

/**
 * What is to be drawn.
 *
 * @param numbers which samples, in this order
 * @param height H of each sample
 * @param width W of each sample
 * @param channels C of each sample
 * @param fingerprint a text that is the same if and only if the same samples come of it: the model's
 *     checkpoint, the sampler's settings, the seed
 * @param low what 0 stands for in files of numbers
 * @param high what 1 stands for in files of numbers
 * @param inTurn how many classes the samples are of, one after the other again and again; 1 if they do
 *     not differ so
 * @param frames of each sample, which lie one below the other; 1 if it is no video
 */
public record SampleRequest(
    SampleNumbers numbers,
    int height,
    int width,
    int channels,
    String fingerprint,
    double low,
    double high,
    int inTurn,
    int frames) {

  /**
   * Checks the sizes.
   *
   * @param numbers as above
   * @param height as above
   * @param width as above
   * @param channels as above
   * @param fingerprint as above
   * @param low as above
   * @param high as above
   * @param inTurn as above
   * @param frames as above
   * @throws IllegalArgumentException if a size is not positive, a sample is too large for an array, or frames are
   *     not of one height
   */
  public SampleRequest {
    if (height < 1
        || width < 1
        || channels < 1
        || (long) height * width > Integer.MAX_VALUE / channels) {
      throw new IllegalArgumentException(
          "sample request: expected H, W and C of 1 or more and fewer than 2³¹ values a sample, got"
              + " (H, W, C) = (" + height + ", " + width + ", " + channels + ")");
    }
    if (frames < 1 || height % frames != 0) {
      throw new IllegalArgumentException(
          "sample request: expected frames that divide the height, " + height + ", got " + frames);
    }
  }

  /**
   * Samples whose numbers are written as they are, in [0, 1].
   *
   * @param numbers which samples, in this order
   * @param height H of each sample
   * @param width W of each sample
   * @param channels C of each sample
   * @param fingerprint as above
   * @throws IllegalArgumentException if a size is not positive, or a sample is too large for an array
   */
  public SampleRequest(
      SampleNumbers numbers, int height, int width, int channels, String fingerprint) {
    this(numbers, height, width, channels, fingerprint, 0, 1, 1, 1);
  }

  /**
   * Tells how many samples are wanted.
   *
   * @return N, at least 1
   */
  public long count() {
    return numbers.count();
  }

  /**
   * Tells how many values a sample has.
   *
   * @return H * W * C
   */
  public int sampleLength() {
    return height * width * channels;
  }

  /**
   * Tells whether a grid has a row for each class.
   *
   * @return whether there are several classes, and samples enough
   */
  public boolean isByRows() {
    return Grids.isByRows(count(), inTurn);
  }

  /** The sizes of all samples in one array, (N, H, W, C). */
  long[] shape() {
    return new long[] {count(), height, width, channels};
  }

  /**
   * How many bytes all samples take.
   *
   * @param bytesPerValue of each value
   * @throws IllegalArgumentException if they cannot be counted
   */
  long bytes(int bytesPerValue) {
    long each = (long) sampleLength() * bytesPerValue;
    if (count() > Long.MAX_VALUE / 2 / each) {
      throw new IllegalArgumentException(String.format(
          Locale.ROOT,
          "sample request: expected samples whose bytes can be counted, got %,d of %,d bytes each;"
              + " ask for fewer",
          count(),
          each));
    }
    return count() * each;
  }
}
