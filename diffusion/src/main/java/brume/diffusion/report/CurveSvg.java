package brume.diffusion.report;

import brume.tensor.Text;
import java.util.Arrays;

/** The loss over the steps as an SVG, on a logarithmic scale: what it was, and its exponential mean. */
final class CurveSvg {

  private static final int WIDTH = 800, HEIGHT = 260, LEFT = 56, BOTTOM = 24, TOP = 8, RIGHT = 8;
  private static final double SMOOTHING = 0.9;

  private final int[] steps;
  private final double[] losses;
  private final double low; // logarithms
  private final double high;

  private CurveSvg(int[] steps, double... losses) {
    this.steps = steps;
    this.losses = losses;
    double[] logs =
        Arrays.stream(losses).filter(CurveSvg::isShown).map(Math::log10).toArray();
    double least = Arrays.stream(logs).min().orElse(0),
        most = Arrays.stream(logs).max().orElse(0);
    this.low = least - 0.02;
    this.high = Math.max(most, least + 0.1) + 0.02;
  }

  /** Empty if there is nothing to show. */
  static String of(Curve curve) {
    double[] losses = curve.means(Curve.Value.LOSS);
    return Arrays.stream(losses).filter(CurveSvg::isShown).count() < 2
        ? ""
        : new CurveSvg(curve.steps(), losses).svg();
  }

  private static boolean isShown(double loss) {
    return loss > 0 && Double.isFinite(loss);
  }

  private double x(int step) {
    int last = Math.max(2, steps[steps.length - 1]);
    return LEFT + (step - 1.0) / (last - 1) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double log) {
    return TOP + (high - log) / (high - low) * (HEIGHT - TOP - BOTTOM);
  }

  private String svg() {
    StringBuilder svg = new StringBuilder(Text.of(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"loss over steps\" font-size=\"12\""
            + " fill=\"var(--quiet)\">\n",
        WIDTH, HEIGHT));
    for (double value : ticks()) {
      double y = y(Math.log10(value));
      svg.append(Text.of(
          "<path d=\"M%d %.1fH%d\" stroke=\"var(--line)\"/><text x=\"%d\" y=\"%.1f\""
              + " text-anchor=\"end\">%s</text>\n",
          LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, Text.of("%.2g", value)));
    }
    int last = steps[steps.length - 1];
    for (int tick : new int[] {1, (1 + last) / 2, last}) {
      String anchor = tick == 1 ? "start" : tick == last ? "end" : "middle";
      svg.append(Text.of(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%,d</text>\n",
          x(tick), HEIGHT - 6, anchor, tick));
    }
    svg.append(path(losses, "stroke-opacity=\"0.35\""))
        .append(path(smoothed(), "stroke-width=\"2\""));
    return svg.append("</svg>\n").toString();
  }

  /** Values with one digit that are 1, 2 or 5, in the range. */
  private double[] ticks() {
    double[] all = new double[3 * 40];
    int found = 0;
    for (int power = (int) Math.floor(low); power <= high && found + 3 <= all.length; power++) {
      for (double digit : new double[] {1, 2, 5}) {
        double value = digit * Math.pow(10, power), log = Math.log10(value);
        if (log >= low && log <= high) {
          all[found++] = value;
        }
      }
    }
    return Arrays.copyOf(all, found);
  }

  private String path(double[] values, String style) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      if (isShown(values[i])) {
        path.append(path.isEmpty() ? 'M' : 'L')
            .append(Text.of("%.1f %.1f", x(steps[i]), y(Math.log10(values[i]))));
      }
    }
    return Text.of("<path d=\"%s\" fill=\"none\" stroke=\"var(--mark)\" %s/>\n", path, style);
  }

  private double[] smoothed() {
    double[] means = new double[losses.length];
    double sum = 0, weight = 0;
    for (int i = 0; i < losses.length; i++) {
      if (isShown(losses[i])) {
        sum = SMOOTHING * sum + (1 - SMOOTHING) * losses[i];
        weight = SMOOTHING * weight + (1 - SMOOTHING);
      }
      means[i] = weight == 0 ? Double.NaN : sum / weight;
    }
    return means;
  }
}
