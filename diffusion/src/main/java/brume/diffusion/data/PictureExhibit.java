package brume.diffusion.data;

import brume.diffusion.image.CaptionedGrid;
import brume.diffusion.image.Grids;
import brume.diffusion.image.ImageGrid;
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
 * @param classes of pictures that are of one class after the other, a row for each; 1 if they do not
 *     differ so
 */
public record PictureExhibit(Shape picture, int classes) implements Exhibit {

  private static final int FRAME_PIXELS = 400; // wider ones make a large file
  private static final int SHEET_PIXELS = 1 << 24; // of data that are shown together
  private static final int ANIMATED = 36; // pictures in the animation

  /**
   * Pictures without classes.
   *
   * @param picture (H, W, C)
   */
  public PictureExhibit(Shape picture) {
    this(picture, 1);
  }

  @Override
  public Exhibit inTurn(int classes) {
    return new PictureExhibit(picture, Math.max(1, classes));
  }

  @Override
  public String things() {
    return "images";
  }

  @Override
  public void write(Path png, float[] drawn) throws IOException {
    Grids.inTurn(each(drawn), classes).write(png);
  }

  @Override
  public void writeData(Path png, float[] data, List<String> captions) throws IOException {
    ImageGrid grid = Grids.of(each(data));
    if (captions.isEmpty()) {
      grid.write(png);
    } else {
      new CaptionedGrid(grid.pictures(), captions, grid.scale()).write(png);
    }
  }

  /** Fewer of large pictures. {@inheritDoc} */
  @Override
  public int ofData() {
    return Math.max(
        1, Math.min(Exhibit.super.ofData(), SHEET_PIXELS / (picture.dim(0) * picture.dim(1))));
  }

  @Override
  public Picture frame(float[] state) {
    List<Picture> all = each(state);
    int shown = Math.min(ANIMATED, all.size());
    int even = Grids.isByRows(shown, classes) ? shown / classes * classes : shown;
    return Grids.inTurn(all.subList(0, even), classes, FRAME_PIXELS).toPicture();
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
