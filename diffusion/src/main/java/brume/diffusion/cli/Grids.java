package brume.diffusion.cli;

import brume.diffusion.image.ImageGrid;
import brume.diffusion.image.Picture;
import java.util.List;

/** Grids of a size that can be looked at. */
final class Grids {

  private static final int COMFORTABLE = 600; // pixels

  private Grids() {}

  /** The pictures in rows and columns, small ones enlarged. */
  static ImageGrid of(List<Picture> pictures) {
    return of(pictures, COMFORTABLE);
  }

  /** The pictures in rows and columns, enlarged as long as they stay narrower than some pixels. */
  static ImageGrid of(List<Picture> pictures, int pixels) {
    int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
    int width = columns * pictures.get(0).width();
    return ImageGrid.of(pictures).withScale(Math.max(1, Math.min(4, pixels / width)));
  }
}
