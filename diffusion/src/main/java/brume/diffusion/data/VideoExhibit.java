package brume.diffusion.data;

import brume.diffusion.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Videos as strips of their frames.
 *
 * @param strips how the strips are shown
 * @param frames of a video, which lie one below the other in a sample
 */
public record VideoExhibit(PictureExhibit strips, int frames) implements Exhibit {

  private static final int OF_DATA = 16;

  @Override
  public Exhibit inTurn(int classes) {
    return new VideoExhibit(new PictureExhibit(strips.picture(), Math.max(1, classes)), frames);
  }

  @Override
  public String things() {
    return "videos";
  }

  @Override
  public void write(Path png, float[] drawn) throws IOException {
    strips.write(png, inStrips(drawn));
  }

  @Override
  public void writeData(Path png, float[] data, List<String> captions) throws IOException {
    strips.writeData(png, inStrips(data), captions);
  }

  @Override
  public int ofData() {
    return OF_DATA;
  }

  @Override
  public Picture frame(float[] state) {
    return strips.frame(inStrips(state));
  }

  @Override
  public boolean plots() {
    return false;
  }

  @Override
  public Optional<String> verdict(float[] drawn) {
    return Optional.empty();
  }

  /** (N, F·H, W, C) as (N, H, F·W, C). */
  private float[] inStrips(float[] values) {
    int height = strips.picture().dim(0), video = strips.picture().size();
    int row = video / height / frames;
    float[] strip = new float[values.length];
    for (int n = 0; n < values.length; n += video) {
      for (int f = 0; f < frames; f++) {
        for (int y = 0; y < height; y++) {
          System.arraycopy(
              values, n + (f * height + y) * row, strip, n + (y * frames + f) * row, row);
        }
      }
    }
    return strip;
  }
}
