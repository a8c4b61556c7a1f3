package brume.diffusion.data;

import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.Written;
import brume.tensor.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Height and width of pictures.
 *
 * @param height in pixels, from 1 to 4096
 * @param width in pixels, from 1 to 4096
 */
public record PictureSize(int height, int width) implements Written {

  private static final int MOST = 4096;
  private static final Pattern WRITTEN = Pattern.compile("(\\d{1,6})(?:\\s*[xX×]\\s*(\\d{1,6}))?");

  /** Refuses other sizes. {@inheritDoc} */
  public PictureSize {
    if (height < 1 || height > MOST || width < 1 || width > MOST) {
      throw new SettingException(
          Text.of("expected 1 to %d pixels a side, got %dx%d", MOST, height, width));
    }
  }

  /**
   * The size of a square.
   *
   * @param side height and width, in pixels
   * @return the size
   */
  public static PictureSize square(int side) {
    return new PictureSize(side, side);
  }

  /**
   * The size that is written.
   *
   * @param text {@code 64}, or height and width as {@code 48x64}
   * @return the size
   * @throws SettingException if it is none
   */
  public static PictureSize parse(String text) {
    Matcher written = WRITTEN.matcher(text.strip());
    if (!written.matches()) {
      throw new SettingException(Text.of("expected %s, got '%s'", expected(), text));
    }
    int height = Integer.parseInt(written.group(1));
    return new PictureSize(
        height, written.group(2) == null ? height : Integer.parseInt(written.group(2)));
  }

  /**
   * What {@link #parse} expects.
   *
   * @return in words
   */
  public static String expected() {
    return "a size like 64, or height x width like 48x64";
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return height == width ? Integer.toString(height) : height + "x" + width;
  }
}
