package brume.diffusion.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws points of a square of the plane that is centered at 0, one set beside the other. */
public final class ScatterPlot {
  static {
    Headless.ensure(); // before the first color, which already asks for a display
  }

  private static final int SIDE = 520; // pixels
  private static final int MARKER = 3; // pixels
  private static final Color DOTS = new Color(0x1F, 0x4E, 0x89, 0x90);
  private static final Color LINES = new Color(0xE4E4E4);

  private final double range;
  private final List<XYChart> charts = new ArrayList<>();

  /**
   * A plot of nothing yet. Grows with every {@link #with}.
   *
   * @param range the squares reach from −range to range
   */
  public ScatterPlot(double range) {
    this.range = range;
  }

  /**
   * Adds a square to the right.
   *
   * @param title a line above it
   * @param points x, y, x, y, ...; those outside are left out
   * @return this
   */
  public ScatterPlot with(String title, double[] points) {
    charts.add(chart(title, points));
    return this;
  }

  /**
   * Writes all squares side by side as PNG.
   *
   * @param file the file to make or replace; its folder is made if missing
   * @throws PlotException if this machine cannot draw text
   * @throws IOException if the file cannot be written; what was there before is then unchanged
   */
  public void write(Path file) throws IOException {
    Png.write(file, draw(file));
  }

  /**
   * All squares side by side as a picture.
   *
   * @param name what the error message calls it
   * @return red, green, blue
   * @throws PlotException if this machine cannot draw text
   */
  public Picture toPicture(Path name) throws PlotException {
    return Picture.of(draw(name));
  }

  private BufferedImage draw(Path file) throws PlotException {
    BufferedImage all = new BufferedImage(charts.size() * SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    for (int i = 0; i < charts.size(); i++) {
      BufferedImage one = LossPlot.draw(file, charts.get(i), BitmapEncoder::getBufferedImage);
      graphics.drawImage(one, i * SIDE, 0, null);
    }
    graphics.dispose();
    return all;
  }

  private XYChart chart(String title, double[] points) {
    XYChart chart = new XYChartBuilder().width(SIDE).height(SIDE).title(title).build();
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotGridLinesColor(LINES);
    chart.getStyler().setPlotGridLinesStroke(new BasicStroke(1));
    chart.getStyler().setPlotBorderVisible(false);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setMarkerSize(MARKER);
    chart.getStyler().setXAxisMin(-range);
    chart.getStyler().setXAxisMax(range);
    chart.getStyler().setYAxisMin(-range);
    chart.getStyler().setYAxisMax(range);
    double[][] inside = inside(points);
    if (inside[0].length > 0) {
      XYSeries series = chart.addSeries("points", inside[0], inside[1]);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setMarkerColor(DOTS);
    }
    return chart;
  }

  private double[][] inside(double[] points) {
    double[][] axes = new double[2][points.length / 2];
    int count = 0;
    for (int i = 0; i < points.length; i += 2) {
      if (Math.abs(points[i]) <= range && Math.abs(points[i + 1]) <= range) {
        axes[0][count] = points[i];
        axes[1][count++] = points[i + 1];
      }
    }
    return new double[][] {Arrays.copyOf(axes[0], count), Arrays.copyOf(axes[1], count)};
  }
}
