package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.io.IOException;
import java.util.List;

/**
 * {@link FashionMnist}.
 *
 * @param flip whether half of the pictures are mirrored, drawn anew each time
 */
public record FashionMnistSettings(
    @About("Mirror half of the pictures, drawn anew each time.") boolean flip)
    implements DataSettings {

  private static final Shape PICTURE = Shape.of(28, 28, 1);

  @Override
  public Dataset open() throws IOException {
    return FashionMnist.load();
  }

  @Override
  public Shape shape() {
    return PICTURE;
  }

  @Override
  public List<String> classes() {
    return FashionMnist.KINDS;
  }

  @Override
  public String title() {
    return "fashion-mnist";
  }

  @Override
  public String preset() {
    return "fashion";
  }
}
