package brume.diffusion.data;

import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Enlarged pictures, each between what was enlarged, on its left, and what it was once made from, on its
 * right.
 *
 * @param drawn how the pictures alone are shown
 * @param small what was enlarged, in larger pixels, of the size of what is drawn
 * @param original what it was made from
 */
public record EnlargedExhibit(PictureExhibit drawn, List<Picture> small, List<Picture> original)
    implements Exhibit {

  private static final int TOGETHER = 3; // small, drawn, original
  private static final int PIXELS = 600, FRAME_PIXELS = 400; // wider ones are not enlarged
  private static final int ANIMATED = 12;

  @Override
  public String things() {
    return drawn.things();
  }

  @Override
  public void write(Path png, float[] values) throws IOException {
    grid(values, small.size(), PIXELS).write(png);
  }

  @Override
  public Picture frame(float[] state) {
    return grid(state, ANIMATED, FRAME_PIXELS).toPicture();
  }

  private ImageGrid grid(float[] values, int most, int pixels) {
    List<Picture> all = drawn.each(values), cells = new ArrayList<>();
    int shown = Math.min(most, Math.min(all.size(), small.size()));
    for (int n = 0; n < shown; n++) {
      cells.add(small.get(n));
      cells.add(all.get(n));
      cells.add(original.get(n));
    }
    int columns = TOGETHER * (int) Math.ceil(Math.sqrt(shown / (double) TOGETHER));
    int scale = Math.max(1, Math.min(4, pixels / (columns * all.get(0).width())));
    return ImageGrid.of(cells).withColumns(columns).withScale(scale);
  }

  @Override
  public boolean plots() {
    return false;
  }

  @Override
  public Optional<String> verdict(float[] values) {
    return Optional.empty();
  }
}
