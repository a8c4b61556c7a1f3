package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;

/**
 * {@link Waves}.
 *
 * @param length values of each series
 * @param series how many series there are
 */
public record WavesSettings(
    @About(value = "Values of each series.", min = 1, max = 1 << 20) int length,
    @About(value = "How many series there are.", min = 1) int series)
    implements DataSettings {

  @Override
  public Dataset open() {
    return Waves.of(length, series);
  }

  @Override
  public Shape shape() {
    return Shape.of(1, length, 1);
  }

  @Override
  public String title() {
    return "waves";
  }

  @Override
  public Exhibit exhibit() {
    return new SeriesExhibit(length, 1, -1, 1);
  }

  @Override
  public String preset() {
    return "series";
  }
}
