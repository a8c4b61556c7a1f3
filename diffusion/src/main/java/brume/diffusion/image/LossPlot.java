package brume.diffusion.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws the loss of a run against its steps: every value faint, their running mean bold, on a
 * logarithmic axis if that mean spans a factor of ten.
 */
public final class LossPlot {
  static {
    Headless.ensure(); // before the first color, which already asks for a display
  }

  private static final int WIDTH = 900; // pixels
  private static final int HEIGHT = 560;
  private static final int TICKS = 110; // pixels between them, about
  private static final Color FAINT = new Color(0xB9CDE3);
  private static final Color BOLD = new Color(0x1F4E89);
  private static final Color LINES = new Color(0xE4E4E4);

  private LossPlot() {}

  /**
   * Writes the plot as PNG. Values that are infinite or NaN are left out.
   *
   * @param file the file to make or replace, in a folder that exists
   * @param title a line above the plot
   * @param steps at which step each loss was taken, increasing
   * @param losses as many losses
   * @throws PlotException if this machine cannot draw text
   * @throws IOException if there is no finite loss, or the file cannot be written; what was there
   *     before is then unchanged
   * @throws IllegalArgumentException if there are more steps than losses or fewer
   */
  public static void write(Path file, String title, long[] steps, double[] losses)
      throws IOException {
    LossCurve curve = LossCurve.of(steps, losses);
    if (curve.length() == 0) {
      throw new IOException(
          file + ": expected at least one finite loss to plot, got none among " + losses.length);
    }
    Png.write(file, draw(file, chart(title, curve), BitmapEncoder::getBufferedImage));
  }

  /**
   * Draws a chart, which takes fonts that a minimal machine may lack.
   *
   * @param file what the error message calls the plot
   * @param chart what to draw
   * @param drawing turns the chart into an image
   * @return the image
   * @throws PlotException if drawing fails in any way
   */
  static BufferedImage draw(Path file, XYChart chart, Function<XYChart, BufferedImage> drawing)
      throws PlotException {
    return Plots.drawn(file, () -> drawing.apply(chart));
  }

  private static XYChart chart(String title, LossCurve curve) {
    XYChart chart = new XYChartBuilder()
        .width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle("step")
        .yAxisTitle("loss")
        .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotGridLinesColor(LINES);
    chart.getStyler().setPlotGridLinesStroke(new BasicStroke(1));
    chart.getStyler().setPlotBorderVisible(false);
    chart.getStyler().setLegendBorderColor(LINES);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setXAxisDecimalPattern("#,##0.##");
    chart.getStyler().setYAxisDecimalPattern("0.######");
    chart.getStyler().setXAxisTickMarkSpacingHint(TICKS);
    if (curve.beginsEarly()) {
      chart.getStyler().setXAxisMin(0.0); // and so the ticks are round
    }
    chart.getStyler().setYAxisLogarithmic(curve.spansDecade());
    LossCurve shown = curve.thinned();
    double[] x = unequal(shown.steps());
    line(chart.addSeries("each step", x, shown.losses()), FAINT, 1f);
    line(chart.addSeries("running mean", x, shown.means()), BOLD, 2.5f);
    return chart;
  }

  // XChart puts ticks only at given steps if those are equally spaced, such as 76, 152, 228; a
  // thousandth of a step makes it choose round ones.
  private static double[] unequal(double[] steps) {
    double[] moved = steps.clone();
    moved[moved.length - 1] += 0.001;
    return moved;
  }

  private static void line(XYSeries series, Color color, float width) {
    series.setLineColor(color);
    series.setLineWidth(width);
    // A line through one point is invisible.
    boolean visible = series.getXData().length > 1;
    series.setMarker(visible ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
  }
}
