package brume.diffusion.image;

import brume.tensor.Text;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of one size in rows and columns, a few words below each.
 *
 * @param pictures at least one, all of one size
 * @param captions as many, broken into lines and shortened where they are too wide
 * @param columns pictures in a row
 * @param scale by which factor each picture is enlarged
 */
public record CaptionedGrid(List<Picture> pictures, List<String> captions, int columns, int scale) {
  static {
    Headless.ensure(); // before the first color, which already asks for a display
  }

  private static final int PADDING = 4; // pixels
  private static final int LINE = 14; // pixels of a line of a caption
  private static final int MOST_LINES = 4; // of a caption
  private static final int NARROWEST = 76; // pixels; a word or two
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  /** Copies the lists. {@inheritDoc} */
  public CaptionedGrid {
    pictures = List.copyOf(pictures);
    captions = List.copyOf(captions);
    if (pictures.isEmpty() || captions.size() != pictures.size()) {
      throw new IllegalArgumentException(Text.of(
          "captioned grid: expected a picture or more and as many captions, got %d and %d",
          pictures.size(), captions.size()));
    }
    if (columns < 1) {
      throw new IllegalArgumentException(
          "captioned grid: expected a column or more, got " + columns);
    }
  }

  /**
   * Lays pictures out in a square, or nearly.
   *
   * @param pictures at least one, all of one size
   * @param captions as many, broken into lines and shortened where they are too wide
   * @param scale by which factor each picture is enlarged
   */
  public CaptionedGrid(List<Picture> pictures, List<String> captions, int scale) {
    this(pictures, captions, Math.max(1, (int) Math.ceil(Math.sqrt(pictures.size()))), scale);
  }

  /**
   * Writes the grid as PNG.
   *
   * @param file the file to make or replace, in a folder that exists
   * @throws PlotException if this machine cannot draw text
   * @throws IOException if it cannot be written; what was there before is then unchanged
   */
  public void write(Path file) throws IOException {
    Png.write(file, Plots.drawn(file, this::draw));
  }

  private BufferedImage draw() {
    int rows = (pictures.size() + columns - 1) / columns;
    Picture first = pictures.get(0);
    int room = Math.max(NARROWEST, first.width() * scale), cellWidth = room + PADDING;
    FontMetrics metrics = metrics();
    List<List<String>> broken =
        captions.stream().map(each -> lines(each, metrics, room)).toList();
    int most = broken.stream().mapToInt(List::size).max().orElse(1);
    int cellHeight = first.height() * scale + most * LINE + PADDING;
    BufferedImage all = new BufferedImage(
        columns * cellWidth + PADDING, rows * cellHeight + PADDING, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, all.getWidth(), all.getHeight());
    graphics.setColor(Color.DARK_GRAY);
    graphics.setFont(FONT);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    for (int n = 0; n < pictures.size(); n++) {
      int left = PADDING + n % columns * cellWidth, top = PADDING + n / columns * cellHeight;
      copy(pictures.get(n).enlarged(scale), all, left + (room - first.width() * scale) / 2, top);
      int below = top + first.height() * scale + metrics.getAscent();
      for (String line : broken.get(n)) {
        graphics.drawString(line, left + (room - metrics.stringWidth(line)) / 2, below);
        below += LINE;
      }
    }
    graphics.dispose();
    return all;
  }

  private static FontMetrics metrics() {
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    FontMetrics metrics = graphics.getFontMetrics(FONT);
    graphics.dispose();
    return metrics;
  }

  /** Broken between words; the last line of the most there may be has the rest, shortened. */
  private static List<String> lines(String caption, FontMetrics metrics, int room) {
    List<String> lines = new ArrayList<>();
    String left = caption;
    while (lines.size() < MOST_LINES - 1 && metrics.stringWidth(left) > room) {
      int end = left.lastIndexOf(' ');
      while (end > 0 && metrics.stringWidth(left.substring(0, end)) > room) {
        end = left.lastIndexOf(' ', end - 1);
      }
      if (end <= 0) {
        break;
      }
      lines.add(left.substring(0, end));
      left = left.substring(end + 1);
    }
    lines.add(shortened(left, metrics, room));
    return lines;
  }

  // Pixel by pixel: drawing grey pictures would brighten them on their way to RGB.
  private static void copy(Picture picture, BufferedImage into, int left, int top) {
    byte[] bytes = picture.toBytes();
    int C = picture.channels();
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int at = (y * picture.width() + x) * C;
        int red = bytes[at] & 0xFF,
            green = bytes[at + C / 2] & 0xFF,
            blue = bytes[at + C - 1] & 0xFF;
        into.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
      }
    }
  }

  private static String shortened(String caption, FontMetrics metrics, int room) {
    String shown = caption;
    for (int end = caption.length() - 1; end > 0 && metrics.stringWidth(shown) > room; end--) {
      shown = caption.substring(0, end) + "…";
    }
    return shown;
  }
}
