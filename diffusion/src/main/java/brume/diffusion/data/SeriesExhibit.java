package brume.diffusion.data;

import brume.diffusion.image.Picture;
import brume.diffusion.image.Plots;
import brume.diffusion.image.SeriesPlot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Series as curves, a small plot each, in the units of the data.
 *
 * @param length L, values of each channel
 * @param channels C, curves of each plot
 * @param low what a sample's 0 stands for
 * @param high what a sample's 1 stands for
 */
public record SeriesExhibit(int length, int channels, double low, double high) implements Exhibit {

  private static final int MOST = 16; // plots in one picture
  private static final int MOST_MOVING = 9; // plots in an animation

  @Override
  public String things() {
    return "series";
  }

  @Override
  public void write(Path png, float[] drawn) throws IOException {
    plot(drawn, MOST).write(png);
  }

  @Override
  public int ofData() {
    return MOST;
  }

  @Override
  public Picture frame(float[] state) throws IOException {
    return plot(state, MOST_MOVING).toPicture(Path.of("animation"));
  }

  private SeriesPlot plot(float[] drawn, int most) throws IOException {
    Plots.require();
    SeriesPlot plot = new SeriesPlot(low, high);
    int each = length * channels;
    for (int n = 0; n < Math.min(most, drawn.length / each); n++) {
      double[][] curves = new double[channels][length];
      for (int i = 0; i < each; i++) {
        curves[i % channels][i / channels] = low + (high - low) * drawn[n * each + i];
      }
      plot.with(curves);
    }
    return plot;
  }

  @Override
  public boolean plots() {
    return true;
  }

  @Override
  public Optional<String> verdict(float[] drawn) {
    return Optional.empty();
  }
}
