package brume.diffusion.data;

import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import java.awt.Rectangle;
import java.util.List;

/**
 * How pictures of all sizes are brought to one.
 *
 * @param size of what comes out
 * @param channels C, 1 for grey or 3 for red, green, blue
 * @param crop what is kept of a picture of another shape
 * @param box the part of each picture that counts: top, left, height and width in pixels; empty for all of
 *     it
 */
record Framing(PictureSize size, int channels, Crop crop, List<Integer> box) {

  private static final int TOP = 0, LEFT = 1, HEIGHT = 2, WIDTH = 3;

  /** Refuses what is no part of a picture, and two channels. {@inheritDoc} */
  Framing {
    box = List.copyOf(box);
    SettingException.unless(
        channels == 1 || channels == 3,
        "{channels}: expected 1 (grey) or 3 (red, green, blue), got %d",
        channels);
    SettingException.unless(
        box.isEmpty()
            || box.size() == 4
                && box.get(TOP) >= 0
                && box.get(LEFT) >= 0
                && box.get(HEIGHT) >= 1
                && box.get(WIDTH) >= 1,
        "{box}: expected top,left,height,width in pixels like 40,15,148,148, or nothing, got %s",
        box);
  }

  /** Squares, of which the middle is kept. */
  static Framing square(int side, int channels) {
    return new Framing(PictureSize.square(side), channels, Crop.CENTER, List.of());
  }

  /** How many values a framed picture has. */
  int length() {
    return size.height() * size.width() * channels;
  }

  /**
   * The part of a picture that is scaled to the size.
   *
   * @param height of the picture, in pixels
   * @param width of the picture, in pixels
   * @param place where a part drawn by chance lies, from 0 for top or left to 1 for bottom or right
   * @throws IllegalArgumentException if the box is not within the picture
   */
  Rectangle window(int height, int width, double place) {
    Rectangle all = box.isEmpty()
        ? new Rectangle(0, 0, width, height)
        : new Rectangle(box.get(LEFT), box.get(TOP), box.get(WIDTH), box.get(HEIGHT));
    if (!new Rectangle(0, 0, width, height).contains(all)) {
      throw new IllegalArgumentException(Text.of(
          "expected a picture that holds the box %s (top, left, height, width), got one of %dx%d (height x width)",
          box, height, width));
    }
    if (crop == Crop.NONE) {
      return all;
    }
    // Cutting before scaling gives the same picture as after, and a strip of 1 x 10,000,000 pixels
    // never becomes 64 x 640,000,000.
    double scale = Math.max((double) size.height() / all.height, (double) size.width() / all.width);
    int h = (int) Math.max(1, Math.min(Math.round(size.height() / scale), all.height));
    int w = (int) Math.max(1, Math.min(Math.round(size.width() / scale), all.width));
    double where = crop == Crop.RANDOM ? place : 0.5;
    int top = (int) Math.floor(where * (all.height - h) + (crop == Crop.RANDOM ? 0.5 : 0));
    int left = (int) Math.floor(where * (all.width - w) + (crop == Crop.RANDOM ? 0.5 : 0));
    return new Rectangle(all.x + left, all.y + top, w, h);
  }

  /**
   * How much of a picture is cut off, or how much shorter a side becomes beside the other where all of it
   * is kept.
   *
   * @param height of the picture, in pixels
   * @param width of the picture, in pixels
   * @return from 0, for a picture of the right shape, to 1
   */
  double lost(int height, int width) {
    double shape =
        box.isEmpty() ? (double) height / width : (double) box.get(HEIGHT) / box.get(WIDTH);
    double ratio = shape * size.width() / size.height();
    return 1 - Math.min(ratio, 1 / ratio);
  }
}
