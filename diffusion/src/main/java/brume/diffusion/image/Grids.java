package brume.diffusion.image;

import java.util.List;

/** Grids of a size that can be looked at. */
public final class Grids {

  private static final int COMFORTABLE = 600; // pixels

  private Grids() {}

  /**
   * The pictures in rows and columns, small ones enlarged.
   *
   * @param pictures of one size
   * @return a grid of about as many rows as columns
   */
  public static ImageGrid of(List<Picture> pictures) {
    return of(pictures, COMFORTABLE);
  }

  /**
   * The pictures in rows and columns, enlarged as long as they stay narrower than some pixels.
   *
   * @param pictures of one size
   * @param pixels widest grid
   * @return a grid of about as many rows as columns
   */
  public static ImageGrid of(List<Picture> pictures, int pixels) {
    int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
    int width = columns * pictures.get(0).width();
    return ImageGrid.of(pictures).withScale(Math.max(1, Math.min(4, pixels / width)));
  }
}
