package brume.bench;

import brume.tensor.Shape;
import brume.tensor.Text;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sizes of a U-Net and of what it sees.
 *
 * @param batch pictures at once
 * @param size height and width in pixels
 * @param channels of a picture
 * @param dim channels at the finest level
 * @param multiples of dim at each level
 */
public record StepShape(int batch, int size, int channels, int dim, List<Integer> multiples) {

  /**
   * Reads what {@link #toString} writes.
   *
   * @param text {@code 32x28x1x32x1-2-4}: batch, size, channels, dim, and its multiples
   * @return the sizes
   * @throws IllegalArgumentException if it is something else
   */
  public static StepShape of(String text) {
    if (!text.matches("(\\d{1,6}x){4}\\d{1,6}(-\\d{1,6})*")) {
      throw new IllegalArgumentException(
          "shape: expected batch, size, channels, dim and multiples as in 32x28x1x32x1-2-4, got "
              + text);
    }
    String[] words = text.split("x");
    return new StepShape(
        Integer.parseInt(words[0]),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        Stream.of(words[4].split("-")).map(Integer::valueOf).toList());
  }

  /** The pictures of a step. */
  Shape input() {
    return Shape.of(batch, size, size, channels);
  }

  @Override
  public String toString() {
    List<String> words = multiples.stream().map(String::valueOf).toList();
    return Text.of("%dx%dx%dx%dx%s", batch, size, channels, dim, String.join("-", words));
  }
}
