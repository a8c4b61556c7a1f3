package brume.diffusion.pipeline;

import static brume.autograd.function.pointwise.Multiply.multiply;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;

/**
 * Which part of a picture is painted anew.
 *
 * @param height H in pixels
 * @param width W in pixels
 * @param painted (H·W) row by row; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // looked at, never compared
public record Painting(int height, int width, boolean[] painted) {

  /** Refuses another number of pixels. {@inheritDoc} */
  public Painting {
    if (painted.length != Shape.product(height, width)) {
      throw new IllegalArgumentException(Text.of(
          "mask: expected %dx%d pixels (height x width), got %d", height, width, painted.length));
    }
  }

  /**
   * The part of values from 0 to 1, of which 0.5 and above is painted.
   *
   * @param height H in pixels
   * @param width W in pixels
   * @param values (H·W) row by row
   * @return the part
   */
  public static Painting of(int height, int width, float... values) {
    boolean[] painted = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      painted[i] = values[i] >= 0.5f;
    }
    return new Painting(height, width, painted);
  }

  /**
   * The picture without the part.
   *
   * @param picture (1, H, W, C) in [−1, 1]
   * @return (1, H, W, C) with grey in place of the part, owned by the innermost scope
   */
  public Tensor masked(Tensor picture) {
    Shape shape = picture.shape();
    Variable kept =
        Variable.constant(plane(picture.device(), Shape.of(height, width, shape.dim(3)), false));
    try (Tape.Pause pause = Tape.pause()) {
      return multiply(Variable.constant(picture), kept).value();
    }
  }

  /**
   * The part at the size of latents. Each of them stands for a block of pixels, of which the one at the
   * upper left counts.
   *
   * @param device where
   * @param latents (h, w, C)
   * @return (1, h, w, 1) 1 where it is painted, owned by the innermost scope
   */
  public Tensor ofLatents(Device device, Shape latents) {
    return plane(device, Shape.of(latents.dim(0), latents.dim(1), 1), true);
  }

  /**
   * What is not painted, at the size of latents, or of pictures.
   *
   * @param device where
   * @param latents (h, w, C)
   * @return (1, h, w, C) 1 where it stays as it is, owned by the innermost scope
   */
  public Tensor keptOfLatents(Device device, Shape latents) {
    return plane(device, latents, false);
  }

  /** (1, h, w, C) 1 where pixels are painted, or where they are not. */
  private Tensor plane(Device device, Shape size, boolean ofPainted) {
    int h = size.dim(0), w = size.dim(1), channels = size.dim(2);
    float[] values = new float[size.size()];
    for (int i = 0; i < values.length; i++) {
      int y = i / channels / w * height / h, x = i / channels % w * width / w;
      values[i] = painted[y * width + x] == ofPainted ? 1 : 0;
    }
    return Tensor.of(device, Shape.of(1, h, w, channels), values);
  }
}
