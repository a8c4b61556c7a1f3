package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@link Series}.
 *
 * @param path the file
 * @param length values of each channel; 0 for what the file says
 * @param channels values of each step; 0 for what the file says
 * @param layout how values of several channels follow each other
 * @param low number that becomes 0
 * @param high number that becomes 1; the same as {@code low} for the range of the file
 */
public record SeriesSettings(
    @About(
            value = "File of series: .npy, .npz, .safetensors or CSV.",
            option = "path",
            optional = true)
        String path,
    @About(value = "Steps of each series; 0 for what the file says.", min = 0, max = 1 << 20)
        int length,
    @About(value = "Values of each step; 0 for what the file says.", min = 0, max = 4096)
        int channels,
    @About("How values of several channels follow each other.") Layout layout,
    @About("Least number of the data; the same as high for what the file says.") double low,
    @About("Greatest number of the data; the same as low for what the file says.") double high)
    implements DataSettings {

  /** Refuses a range that ends before it begins. {@inheritDoc} */
  public SeriesSettings {
    if (low > high) {
      throw new IllegalArgumentException("low: expected at most high, " + high + ", got " + low);
    }
  }

  @Override
  public Dataset open() throws IOException {
    Series series = Series.open(Place.of(path), channels, layout, low, high);
    if (length != 0 && length != series.width()) {
      throw new IOException(Text.of(
          "%s: expected series of %d steps, got %d; give another file",
          path, length, series.width()));
    }
    return series;
  }

  @Override
  public SeriesSettings resolved() throws IOException {
    Series series = Series.open(Place.of(path), channels, layout, low, high);
    return new SeriesSettings(
        path, series.width(), series.channels(), layout, series.low(), series.high());
  }

  @Override
  public List<Path> files() {
    return List.of(Path.of(path));
  }

  @Override
  public Shape shape() {
    return Shape.of(1, length, channels);
  }

  @Override
  public String title() {
    return Titles.of(path);
  }

  @Override
  public Exhibit exhibit() {
    return new SeriesExhibit(length, channels, low, high);
  }

  @Override
  public String preset() {
    return "series";
  }
}
