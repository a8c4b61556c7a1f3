package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.io.IOException;
import java.util.List;

/**
 * Pictures that a program hands to the trainer: what a recipe says about a {@link Dataset} of one's own,
 * so that its run can be sampled where the program is not at hand.
 *
 * @param height in pixels
 * @param width in pixels
 * @param channels of a picture
 * @param flip whether half of the pictures are mirrored, drawn anew each time
 * @param classes their names; empty without classes
 */
public record OwnSettings(
    @About(value = "Height in pixels.", min = 1, max = 4096) int height,
    @About(value = "Width in pixels.", min = 1, max = 4096) int width,
    @About(value = "Channels.", min = 1, max = 4096) int channels,
    @About("Mirror half of the pictures, drawn anew each time; not for letters and digits.")
        boolean flip,
    @About(value = "Names of the classes.", fileOnly = true, optional = true) List<String> classes)
    implements DataSettings {

  /** Copies the names. {@inheritDoc} */
  public OwnSettings {
    classes = List.copyOf(classes);
  }

  /**
   * Pictures without classes.
   *
   * @param height in pixels
   * @param width in pixels
   * @param channels of a picture
   * @param flip whether half of the pictures are mirrored, drawn anew each time
   */
  public OwnSettings(int height, int width, int channels, boolean flip) {
    this(height, width, channels, flip, List.of());
  }

  /**
   * What there is to say about a set of data.
   *
   * @param data the set
   * @return its sizes and classes; nothing is mirrored
   */
  public static OwnSettings of(Dataset data) {
    return new OwnSettings(data.height(), data.width(), data.channels(), false, data.classes());
  }

  @Override
  public Dataset open() throws IOException {
    throw new IOException(
        "data: expected some that a file or folder holds, got those of a program, which only"
            + " it can hand to the trainer; go on with the run there");
  }

  @Override
  public boolean isPlaced() {
    return false;
  }

  @Override
  public Shape shape() {
    return Shape.of(height, width, channels);
  }

  @Override
  public String title() {
    return "own";
  }
}
