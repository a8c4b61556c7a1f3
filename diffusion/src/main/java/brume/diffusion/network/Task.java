package brume.diffusion.network;

/**
 * What a network is made for.
 *
 * @param height of its pictures in pixels; 1 for sequences
 * @param width of its pictures in pixels, or length of its sequences
 * @param channels that it sees: of its pictures, and of those that lie beside them
 * @param outChannels of its answers: twice as many where it tells variances, too
 * @param classes that it is told of its pictures; 0 for none
 * @param tokenChannels of what encoders say of its pictures; 0 if they say nothing
 */
public record Task(
    int height, int width, int channels, int outChannels, int classes, int tokenChannels) {

  /**
   * A task without texts.
   *
   * @param height of its pictures in pixels; 1 for sequences
   * @param width of its pictures in pixels, or length of its sequences
   * @param channels that it sees: of its pictures, and of those that lie beside them
   * @param outChannels of its answers: twice as many where it tells variances, too
   * @param classes that it is told of its pictures; 0 for none
   */
  public Task(int height, int width, int channels, int outChannels, int classes) {
    this(height, width, channels, outChannels, classes, 0);
  }

  /**
   * A task without classes.
   *
   * @param height of its pictures in pixels; 1 for sequences
   * @param width of its pictures in pixels, or length of its sequences
   * @param channels of its pictures
   * @param outChannels of its answers: twice as many where it tells variances, too
   */
  public Task(int height, int width, int channels, int outChannels) {
    this(height, width, channels, outChannels, 0);
  }

  /**
   * The same seen in squares of pixels.
   *
   * @param side of the squares; 1 for pixels
   * @return fewer pixels with more channels
   */
  public Task inPatches(int side) {
    int area = side * side;
    return new Task(
        height / side, width / side, channels * area, outChannels * area, classes, tokenChannels);
  }
}
