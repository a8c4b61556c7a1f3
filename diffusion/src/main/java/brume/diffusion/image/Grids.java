package brume.diffusion.image;

import brume.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
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
   * Pictures of several classes, one after the other again and again, with a row for each class.
   *
   * @param pictures of one size
   * @param classes how many; 1 for pictures that do not differ so
   * @return as {@link #of(List)} where a row for each class would be a column
   */
  public static ImageGrid inTurn(List<Picture> pictures, int classes) {
    return inTurn(pictures, classes, COMFORTABLE);
  }

  /**
   * Pictures of several classes, enlarged as long as they stay narrower than some pixels.
   *
   * @param pictures of one size
   * @param classes how many; 1 for pictures that do not differ so
   * @param pixels widest grid
   * @return with a row for each class
   */
  public static ImageGrid inTurn(List<Picture> pictures, int classes, int pixels) {
    if (!isByRows(pictures.size(), classes)) {
      return of(pictures, pixels);
    }
    int columns = (pictures.size() + classes - 1) / classes;
    Picture first = pictures.get(0), blank = blank(first);
    List<Picture> cells = new ArrayList<>();
    for (int row = 0; row < classes; row++) {
      for (int column = 0; column < columns; column++) {
        int n = column * classes + row;
        cells.add(n < pictures.size() ? pictures.get(n) : blank);
      }
    }
    int scale = Math.max(1, Math.min(4, pixels / (columns * first.width())));
    return ImageGrid.of(cells).withColumns(columns).withScale(scale);
  }

  /**
   * Whether pictures of several classes get a row for each.
   *
   * @param pictures how many
   * @param classes how many
   * @return true if there are two or more of each class
   */
  public static boolean isByRows(long pictures, int classes) {
    return classes > 1 && pictures >= 2L * classes;
  }

  private static Picture blank(Picture like) {
    byte[] white = new byte[Shape.product(like.height(), like.width(), like.channels())];
    Arrays.fill(white, (byte) 255);
    return Picture.of(like.height(), like.width(), like.channels(), white);
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
