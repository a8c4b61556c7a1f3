package brume.diffusion.data;

import brume.diffusion.image.Picture;
import brume.diffusion.image.Plots;
import brume.diffusion.image.ScatterPlot;
import brume.diffusion.metric.Histogram2d;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Points of the plane beside those they should be like.
 *
 * @param problem what was learned
 */
public record PointExhibit(ToyProblem problem) implements Exhibit {

  private static final int TRUTH = 100_000; // points that stand for the distribution
  private static final int SHOWN = 2000; // of the data
  private static final int A_CELL = 10; // samples for each cell of the histogram, on average

  @Override
  public String things() {
    return "points";
  }

  @Override
  public void write(Path png, float[] drawn) throws IOException {
    Plots.require();
    new ScatterPlot(ToyPoints.RANGE)
        .with("samples", ToyPoints.fromUnit(drawn))
        .with("data: " + problem.description(), ToyPoints.of(problem).first(drawn.length / 2))
        .write(png);
  }

  @Override
  public void writeData(Path png, float[] data, List<String> captions) throws IOException {
    Plots.require();
    new ScatterPlot(ToyPoints.RANGE)
        .with("data: " + problem.description(), ToyPoints.fromUnit(data))
        .write(png);
  }

  @Override
  public int ofData() {
    return SHOWN;
  }

  @Override
  public Picture frame(float[] state) throws IOException {
    Plots.require();
    return new ScatterPlot(ToyPoints.RANGE)
        .with("samples", ToyPoints.fromUnit(state))
        .toPicture(Path.of("animation"));
  }

  @Override
  public boolean plots() {
    return true;
  }

  @Override
  public Optional<String> verdict(float[] drawn) {
    int bins = Math.max(1, (int) Math.sqrt(drawn.length / 2.0 / A_CELL));
    Histogram2d data = Histogram2d.of(ToyPoints.of(problem).first(TRUTH), bins, ToyPoints.RANGE);
    Histogram2d samples = Histogram2d.of(ToyPoints.fromUnit(drawn), bins, ToyPoints.RANGE);
    return Optional.of(String.format(
        Locale.ROOT,
        "KL(samples, data) = %.3f nats on %dx%d cells",
        samples.divergenceFrom(data),
        bins,
        bins));
  }

  @Override
  public double low() {
    return -ToyPoints.RANGE;
  }

  @Override
  public double high() {
    return ToyPoints.RANGE;
  }
}
