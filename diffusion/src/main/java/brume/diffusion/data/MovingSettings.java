package brume.diffusion.data;

import brume.diffusion.settings.About;
import brume.tensor.Shape;
import java.io.IOException;
import java.util.List;

/**
 * {@link MovingClothes}.
 *
 * @param frames of each video
 * @param size height and width of a frame
 * @param videos how many there are
 */
public record MovingSettings(
    @About(value = "Frames of each video.", min = 2, max = 1024, option = "video-frames")
        int frames,
    @About(value = "Height and width of a frame.", min = 15, max = 256) int size,
    @About(value = "How many videos there are.", min = 1) int videos)
    implements DataSettings {

  @Override
  public Dataset open() throws IOException {
    return MovingClothes.of(frames, size, videos);
  }

  @Override
  public Shape shape() {
    return Shape.of(frames * size, size, 1);
  }

  @Override
  public List<String> classes() {
    return FashionMnist.KINDS;
  }

  @Override
  public String title() {
    return "moving";
  }

  @Override
  public Exhibit exhibit() {
    return new VideoExhibit(new PictureExhibit(Shape.of(size, frames * size, 1)), frames);
  }

  @Override
  public String preset() {
    return "moving";
  }
}
