package brume.diffusion.data;

import brume.diffusion.data.shapes.Combination;
import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.util.List;

/**
 * {@link ShapePictures}.
 *
 * @param size height and width of a picture
 * @param pictures how many there are
 * @param most figures of a picture
 * @param combinations of kinds and colours that are shown
 */
public record ShapesSettings(
    @About(value = "Height and width of a picture.", min = 16, max = 128) int size,
    @About(value = "How many pictures there are.", min = 1, option = "scenes") int pictures,
    @About(
            value = "Most shapes of a picture; with 1, kind and color are its class.",
            min = 1,
            max = 3,
            option = "most-shapes")
        int most,
    @About("Which kinds in which colors are shown: those for training, those held back from it, or"
            + " all.")
        Combinations combinations)
    implements DataSettings {

  @Override
  public Dataset open() {
    return ShapePictures.of(size, pictures, most, combinations);
  }

  @Override
  public Shape shape() {
    return Shape.of(size, size, 3);
  }

  @Override
  public List<String> classes() {
    return most == 1
        ? combinations.single().stream().map(Combination::toString).toList()
        : List.of();
  }

  @Override
  public String title() {
    return "shapes";
  }
}
