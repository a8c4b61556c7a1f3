package brume.diffusion.image;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;

/** Videos as pictures, whose frames lie one below the other, or side by side. */
public final class Frames {

  private Frames() {}

  /**
   * The frames of a video.
   *
   * @param video (F·H, W, C), one frame below the other
   * @param frames F
   * @return F pictures (H, W, C)
   * @throws IllegalArgumentException if they are not of one size
   */
  public static List<Picture> of(Picture video, int frames) {
    int height = height(video, frames), size = height * video.width() * video.channels();
    byte[] all = video.toBytes();
    List<Picture> each = new ArrayList<>();
    for (int f = 0; f < frames; f++) {
      byte[] one = new byte[size];
      System.arraycopy(all, f * size, one, 0, size);
      each.add(Picture.of(height, video.width(), video.channels(), one));
    }
    return each;
  }

  /**
   * The frames side by side.
   *
   * @param video (F·H, W, C), one frame below the other
   * @param frames F
   * @return (H, F·W, C); the same for one frame
   * @throws IllegalArgumentException if they are not of one size
   */
  public static Picture strip(Picture video, int frames) {
    int height = height(video, frames), row = video.width() * video.channels();
    byte[] all = video.toBytes(), strip = new byte[all.length];
    for (int f = 0; f < frames; f++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(all, (f * height + y) * row, strip, (y * frames + f) * row, row);
      }
    }
    return Picture.of(height, frames * video.width(), video.channels(), strip);
  }

  private static int height(Picture video, int frames) {
    if (frames < 1 || video.height() % frames != 0) {
      throw new IllegalArgumentException(Text.of(
          "frames: expected a divisor of the height of the video, %d, got %d",
          video.height(), frames));
    }
    return video.height() / frames;
  }
}
