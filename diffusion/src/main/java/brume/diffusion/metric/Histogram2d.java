package brume.diffusion.metric;

import brume.tensor.Text;

/** How often points of a square of the plane, centered at 0, fall into each of its cells. */
public final class Histogram2d {

  private final int bins;
  private final double range;
  private final long[] counts; // (bins of x, bins of y)

  private Histogram2d(int bins, double range, long[] counts) {
    this.bins = bins;
    this.range = range;
    this.counts = counts;
  }

  /**
   * Counts points; those outside are left out, those on the last edge belong to the last cell.
   *
   * @param points x, y, x, y, ...
   * @param bins cells along each axis
   * @param range the square reaches from −range to range
   * @return the counts
   */
  public static Histogram2d of(double[] points, int bins, double range) {
    if (bins < 1 || !(range > 0) || points.length % 2 != 0) {
      throw new IllegalArgumentException(Text.of(
          "histogram: expected pairs of numbers, 1 bin or more and a positive range, got %d numbers, %d bins, range %s",
          points.length, bins, range));
    }
    long[] counts = new long[bins * bins];
    for (int i = 0; i < points.length; i += 2) {
      int column = cell(points[i], bins, range), row = cell(points[i + 1], bins, range);
      if (column >= 0 && row >= 0) {
        counts[column * bins + row]++;
      }
    }
    return new Histogram2d(bins, range, counts);
  }

  /** The cell of a coordinate, −1 for none; edges are those of the cells, not of a quotient. */
  private static int cell(double x, int bins, double range) {
    if (!(x >= -range && x <= range)) {
      return -1;
    }
    double width = 2 * range / bins;
    int cell = Math.min((int) ((x + range) / width), bins - 1);
    if (x < -range + cell * width) {
      return cell - 1;
    }
    return cell < bins - 1 && x >= -range + (cell + 1) * width ? cell + 1 : cell;
  }

  /**
   * Divergence of this distribution from another one, in nats: KL(this ‖ other). Empty cells count
   * 10⁻⁹.
   *
   * @param other of the same square and cells
   * @return Σ p·(log(p + 10⁻⁹) − log(q + 10⁻⁹))
   */
  public double divergenceFrom(Histogram2d other) {
    if (other.bins != bins || other.range != range) {
      throw new IllegalArgumentException(Text.of(
          "histogram: expected another one of %d bins and range %s, got %d and %s",
          bins, range, other.bins, other.range));
    }
    double total = total(), otherTotal = other.total(), divergence = 0;
    for (int i = 0; i < counts.length; i++) {
      double p = counts[i] / total, q = other.counts[i] / otherTotal;
      divergence += p * (Math.log(p + 1e-9) - Math.log(q + 1e-9));
    }
    return divergence;
  }

  private double total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return Math.max(total, 1);
  }

  /**
   * Number of points in each cell.
   *
   * @return (bins, bins), x first, a copy
   */
  public long[] counts() {
    return counts.clone();
  }
}
