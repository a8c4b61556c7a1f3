package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.io.IOException;

/**
 * {@link ImageFolder}.
 *
 * @param path the folder
 * @param size height and width in pixels
 * @param channels 1 for grey, 3 for colour
 * @param flip whether half of the pictures are mirrored, drawn anew each time
 */
public record ImagesSettings(
    @About(value = "Folder of image files.", option = "path", optional = true) String path,
    @About(
            value = "Height and width in pixels; image files are resized and cropped.",
            min = 1,
            max = 4096)
        int size,
    @About(value = "Channels: 1 for grey, 3 for colour.", min = 1, max = 3) int channels,
    @About("Mirror half of the pictures, drawn anew each time; not for letters and digits.")
        boolean flip)
    implements DataSettings {

  /** Refuses two channels, which no picture has. {@inheritDoc} */
  public ImagesSettings {
    if (channels == 2) {
      throw new IllegalArgumentException("channels: expected 1 or 3, got 2");
    }
  }

  @Override
  public Dataset open() throws IOException {
    return ImageFolder.open(Place.of(path), size, channels);
  }

  @Override
  public boolean isPlaced() {
    return !path.isBlank();
  }

  @Override
  public Shape shape() {
    return Shape.of(size, size, channels);
  }

  @Override
  public String title() {
    return Titles.of(path);
  }
}
