package brume.diffusion.data.augment;

import brume.tensor.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Does changes to one picture, and tells them. */
final class ChangedPicture {

  private static final float GRAY = 0.5f; // zero in [−1, 1]

  private ChangedPicture() {}

  /**
   * Does changes: pixels change places first, then the plane is mapped, once for all changes of it, then
   * colors, likewise.
   *
   * @param values (..., H, W, C) in [0, 1]
   * @param offset where the picture begins
   * @param raster of the picture
   * @param drawn numbers of each change, in the order of their declaration
   */
  static void change(float[] values, int offset, Raster raster, Map<Change, double[]> drawn) {
    Matrix plane = Matrix.identity(3), colors = Matrix.identity(4);
    boolean mapped = false, colored = false;
    for (Map.Entry<Change, double[]> each : drawn.entrySet()) {
      Effect effect = each.getKey().effect();
      if (effect instanceof Effect.OnPlaces places) {
        move(values, offset, raster, places, each.getValue());
      } else if (effect instanceof Effect.OnPlane onPlane) {
        plane = plane.times(onPlane.inverse(each.getValue(), raster));
        mapped = true;
      } else if (effect instanceof Effect.OnColors onColors) {
        colors = onColors.map(each.getValue()).times(colors);
        colored = true;
      }
    }
    if (mapped) {
      new Warp(raster, plane).change(values, offset, GRAY);
    }
    if (colored) {
      color(values, offset, raster, colors);
    }
  }

  /**
   * Tells changes.
   *
   * @param raster of the picture
   * @param changes that there are
   * @param drawn numbers of those that are done
   * @return numbers of all of them one after the other; zeros for those that are not done
   */
  static double[] told(Raster raster, Set<Change> changes, Map<Change, double[]> drawn) {
    double[] told = new double[changes.stream().mapToInt(Change::told).sum()];
    int at = 0;
    for (Change change : changes) {
      double[] numbers = drawn.get(change);
      if (numbers != null) {
        System.arraycopy(change.tell(numbers, raster), 0, told, at, change.told());
      }
      at += change.told();
    }
    return told;
  }

  private static void move(
      float[] values, int offset, Raster raster, Effect.OnPlaces places, double[] drawn) {
    float[] before = Arrays.copyOfRange(values, offset, offset + raster.size());
    for (int y = 0; y < raster.height(); y++) {
      for (int x = 0; x < raster.width(); x++) {
        int from = places.source(drawn, raster, y, x);
        System.arraycopy(before, from, values, offset + raster.at(y, x), raster.channels());
      }
    }
  }

  /** Of a picture of one channel, that is the mean of what would become of three equal ones. */
  private static void color(float[] values, int offset, Raster raster, Matrix map) {
    int channels = raster.channels(), pixels = Shape.product(raster.height(), raster.width());
    double[] old = new double[3];
    for (int pixel = 0; pixel < pixels; pixel++) {
      int at = offset + pixel * channels;
      for (int c = 0; c < 3; c++) {
        old[c] = 2.0 * values[at + (channels == 1 ? 0 : c)] - 1;
      }
      double mean = 0;
      for (int c = 0; c < 3; c++) {
        double[] row = map.rows()[c];
        double color = row[0] * old[0] + row[1] * old[1] + row[2] * old[2] + row[3];
        mean += color / 3;
        if (channels == 3) {
          values[at + c] = (float) ((color + 1) / 2);
        }
      }
      if (channels == 1) {
        values[at] = (float) ((mean + 1) / 2);
      }
    }
  }
}
