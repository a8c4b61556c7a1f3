package brume.diffusion.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws series of numbers as curves, a small plot each, in rows and columns. */
public final class SeriesPlot {
  static {
    Headless.ensure(); // before the first color, which already asks for a display
  }

  private static final int WIDTH = 260; // pixels of each plot
  private static final int HEIGHT = 170;
  private static final Color LINES = new Color(0xE4E4E4);
  private static final List<Color> CURVES =
      List.of(new Color(0x1F4E89), new Color(0xC0562B), new Color(0x3D8B4F), new Color(0x8A5BA6));

  private final double low;
  private final double high;
  private final List<XYChart> charts = new ArrayList<>();

  /**
   * A plot of nothing yet. Grows with every {@link #with}.
   *
   * @param low where the vertical axes begin
   * @param high where they end, above {@code low}
   */
  public SeriesPlot(double low, double high) {
    this.low = low;
    this.high = high;
  }

  /**
   * Adds a small plot.
   *
   * @param curves (C, L), a curve a channel; values outside of the axes are drawn at their ends
   * @return this
   */
  public SeriesPlot with(double[][] curves) {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotGridLinesColor(LINES);
    chart.getStyler().setPlotGridLinesStroke(new BasicStroke(1));
    chart.getStyler().setPlotBorderVisible(false);
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setYAxisMin(low);
    chart.getStyler().setYAxisMax(high);
    for (int c = 0; c < curves.length; c++) {
      addCurve(chart, c, curves[c]);
    }
    charts.add(chart);
    return this;
  }

  private void addCurve(XYChart chart, int channel, double[] curve) {
    double[] x = IntStream.range(0, curve.length).asDoubleStream().toArray();
    double[] y = new double[curve.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.min(Math.max(curve[i], low), high);
    }
    XYSeries series = chart.addSeries("channel " + channel, x, y);
    Color color = CURVES.get(channel % CURVES.size());
    series.setLineColor(color);
    series.setLineWidth(1.5f);
    // A line through one point is invisible.
    series.setMarker(y.length > 1 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    series.setMarkerColor(color);
  }

  /**
   * Writes all plots as one PNG.
   *
   * @param file the file to make or replace; its folder is made if missing
   * @throws PlotException if this machine cannot draw text
   * @throws IOException if the file cannot be written; what was there before is then unchanged
   */
  public void write(Path file) throws IOException {
    Png.write(file, draw(file));
  }

  /**
   * All plots as one picture.
   *
   * @param name what the error message calls it
   * @return red, green, blue
   * @throws PlotException if this machine cannot draw text
   */
  public Picture toPicture(Path name) throws PlotException {
    return Picture.of(draw(name));
  }

  private BufferedImage draw(Path file) throws PlotException {
    int columns = Math.max(1, (int) Math.ceil(Math.sqrt(charts.size())));
    int rows = Math.max(1, (charts.size() + columns - 1) / columns);
    BufferedImage all =
        new BufferedImage(columns * WIDTH, rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, all.getWidth(), all.getHeight());
    for (int i = 0; i < charts.size(); i++) {
      BufferedImage one = LossPlot.draw(file, charts.get(i), BitmapEncoder::getBufferedImage);
      graphics.drawImage(one, i % columns * WIDTH, i / columns * HEIGHT, null);
    }
    graphics.dispose();
    return all;
  }
}
