package brume.diffusion.data;

import brume.diffusion.image.Grids;
import brume.diffusion.image.Picture;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Pictures in rows and columns.
 *
 * @param picture (H, W, C)
 */
public record PictureExhibit(Shape picture) implements Exhibit {

  private static final int FRAME_PIXELS = 400; // wider ones make a large file
  private static final int ANIMATED = 36; // pictures in the animation

  @Override
  public String things() {
    return "images";
  }

  @Override
  public void write(Path png, float[] drawn) throws IOException {
    Grids.of(each(drawn)).write(png);
  }

  @Override
  public Picture frame(float[] state) {
    List<Picture> all = each(state);
    return Grids.of(all.subList(0, Math.min(ANIMATED, all.size())), FRAME_PIXELS)
        .toPicture();
  }

  @Override
  public boolean plots() {
    return false;
  }

  @Override
  public Optional<String> verdict(float[] drawn) {
    return Optional.empty();
  }

  /**
   * The pictures one by one.
   *
   * @param drawn (N, H, W, C) values in [0, 1]
   * @return N pictures
   */
  public List<Picture> each(float[] drawn) {
    return PictureTensor.toPictures(drawn, picture.dim(0), picture.dim(1), picture.dim(2));
  }
}
