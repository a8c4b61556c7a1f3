package brume.diffusion.run;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.List;

/**
 * Moves by which a picture is looked at several times. A tower cuts pictures into squares, and sees a small figure better
 * in one of its four quarters than on an edge; what it thinks of all looks together is right more often.
 *
 * @param right pixels to the right
 * @param down pixels downwards
 * @see <a href="https://papers.nips.cc/paper/4824">Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural
 *     Networks (2012), section 4.1: mean over ten crops</a>
 */
record Nudges(int right, int down) {

  /**
   * None, and one to each corner.
   *
   * @param by pixels, at least 1
   */
  static List<Nudges> around(int by) {
    return List.of(
        new Nudges(0, 0),
        new Nudges(by, by),
        new Nudges(-by, -by),
        new Nudges(by, -by),
        new Nudges(-by, by));
  }

  /**
   * Moves pictures; what comes in at an edge is the edge again.
   *
   * @param pictures (N, H, W, C)
   * @return the same shape, owned by the innermost scope; themselves if they stay where they are
   */
  Tensor of(Tensor pictures) {
    if (right == 0 && down == 0) {
      return pictures;
    }
    Shape shape = pictures.shape();
    int height = shape.dim(1), width = shape.dim(2), channels = shape.dim(3);
    float[] from = pictures.toFloats(), to = new float[from.length];
    for (int row = 0; row < shape.dim(0) * height; row++) {
      int y = row % height, source = row - y + within(y - down, height);
      for (int x = 0; x < width; x++) {
        int at = source * width + within(x - right, width);
        System.arraycopy(from, at * channels, to, (row * width + x) * channels, channels);
      }
    }
    return Tensor.of(pictures.device(), shape, to);
  }

  private static int within(int at, int size) {
    return Math.min(Math.max(at, 0), size - 1);
  }
}
