package brume.diffusion.image;

import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures of one size side by side, row by row, with white lines between and around them.
 *
 * @param pictures at least one, all of one size
 * @param columns pictures in a row
 * @param padding width of the lines, in pixels
 * @param scale by which factor each picture is enlarged
 */
public record ImageGrid(List<Picture> pictures, int columns, int padding, int scale) {
  private static final int PADDING = 2; // pixels, as torchvision.utils.make_grid has it
  private static final byte WHITE = (byte) 255;

  /**
   * Copies the list and checks all sizes.
   *
   * @param pictures at least one, all of one size
   * @param columns pictures in a row, at least 1
   * @param padding width of the lines, in pixels, at least 0
   * @param scale by which factor each picture is enlarged, at least 1
   * @throws IllegalArgumentException if a number is below these or the pictures differ in size
   */
  public ImageGrid {
    pictures = List.copyOf(pictures);
    if (pictures.isEmpty() || columns < 1 || padding < 0 || scale < 1) {
      throw new IllegalArgumentException(
          "image grid: expected at least 1 picture, 1 column, padding 0 and scale 1, got "
              + pictures.size() + " pictures, columns " + columns + ", padding " + padding
              + " and scale " + scale);
    }
    Picture first = pictures.get(0);
    for (Picture picture : pictures) {
      if (!size(picture).equals(size(first))) {
        throw new IllegalArgumentException("image grid: expected pictures of one size, got "
            + size(first) + " and " + size(picture));
      }
    }
  }

  /**
   * Lays pictures out in a square, or nearly.
   *
   * @param pictures at least one, all of one size
   * @return ceil(sqrt(N)) columns, lines of 2 pixels, nothing enlarged
   * @throws IllegalArgumentException if there is no picture or they differ in size
   */
  public static ImageGrid of(List<Picture> pictures) {
    int columns = (int) Math.ceil(Math.sqrt(pictures.size()));
    return new ImageGrid(pictures, Math.max(1, columns), PADDING, 1);
  }

  /**
   * Changes the columns.
   *
   * @param columns pictures in a row, at least 1
   * @return a grid that is otherwise the same
   */
  public ImageGrid withColumns(int columns) {
    return new ImageGrid(pictures, columns, padding, scale);
  }

  /**
   * Changes the scale, so that small pictures can be seen.
   *
   * @param scale by which factor each picture is enlarged, at least 1
   * @return a grid that is otherwise the same
   */
  public ImageGrid withScale(int scale) {
    return new ImageGrid(pictures, columns, padding, scale);
  }

  /**
   * Draws the grid.
   *
   * @return all pictures in one; cells that stay empty are white
   */
  public Picture toPicture() {
    Picture first = pictures.get(0);
    int across = Math.min(columns, pictures.size());
    int down = (pictures.size() + columns - 1) / columns;
    int cellHeight = Shape.product(first.height(), scale) + padding;
    int cellWidth = Shape.product(first.width(), scale) + padding;
    int H = Shape.product(down, cellHeight) + padding;
    int W = Shape.product(across, cellWidth) + padding;
    byte[] bytes = new byte[Shape.product(H, W, first.channels())];
    Arrays.fill(bytes, WHITE);
    for (int n = 0; n < pictures.size(); n++) {
      int top = padding + n / columns * cellHeight;
      int left = padding + n % columns * cellWidth;
      pictures.get(n).enlarged(scale).copyInto(bytes, W, top, left);
    }
    return Picture.of(H, W, first.channels(), bytes);
  }

  /**
   * Writes the grid as PNG; the file is either whole or unchanged.
   *
   * @param file the file to make or replace, in a folder that exists
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Png.write(file, toPicture());
  }

  private static String size(Picture picture) {
    return "(" + picture.height() + ", " + picture.width() + ", " + picture.channels() + ")";
  }
}
