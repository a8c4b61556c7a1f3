package brume.autograd.function.resample;

import static brume.autograd.function.shape.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import java.util.function.IntToDoubleFunction;

/**
 * Changes the size of images to any other, first of rows, then of columns. With s = size before/size
 * after, output j lies among the inputs at
 *
 * <pre>
 *   nearest            ⌊j·s⌋                       computed in single precision, as in PyTorch
 *   bilinear           (j + ½)·s − ½               pixels are areas
 *   bilinear, aligned  j·(before − 1)/(after − 1)  pixels are points, corners stay corners
 *   bicubic            (j + ½)·s − ½
 * </pre>
 *
 * <p>and y is x there: interpolated linearly between its two neighbors, outermost pixels continuing
 * outwards. The gradient gives each input what the outputs took of it.
 *
 * @see brume.autograd.function.shape.MapAxis MapAxis
 */
public final class Resize {

  private Resize() {}

  /**
   * Takes the nearest pixel.
   *
   * @param x (N, H, W, C)
   * @param height of the result
   * @param width of the result
   * @return (N, height, width, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or a size is below 1
   */
  public static Variable resizeNearest(Variable x, int height, int width) {
    requireSizes("resizeNearest", x, height, width);
    int h = x.shape().dim(1), w = x.shape().dim(2);
    Variable y = mapAxis(x, 1, nearest(h, height, (float) h / height));
    return mapAxis(y, 2, nearest(w, width, (float) w / width));
  }

  /**
   * Takes the nearest pixel, s being 1/factor even where the size after is rounded.
   *
   * @param x (N, H, W, C)
   * @param factorH of the height
   * @param factorW of the width
   * @return (N, ⌊factorH·H⌋, ⌊factorW·W⌋, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or nothing would be left
   */
  public static Variable scaleNearest(Variable x, double factorH, double factorW) {
    Expect.image("scaleNearest", x.shape());
    int h = x.shape().dim(1), w = x.shape().dim(2);
    int height = (int) (h * factorH), width = (int) (w * factorW);
    requireSizes("scaleNearest", x, height, width);
    Variable y = mapAxis(x, 1, nearest(h, height, (float) (1 / factorH)));
    return mapAxis(y, 2, nearest(w, width, (float) (1 / factorW)));
  }

  /**
   * Interpolates between the centers of pixels.
   *
   * @param x (N, H, W, C)
   * @param height of the result
   * @param width of the result
   * @return (N, height, width, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or a size is below 1
   */
  public static Variable resizeBilinear(Variable x, int height, int width) {
    requireSizes("resizeBilinear", x, height, width);
    return centered(
        x, height, (double) x.shape().dim(1) / height, width, (double) x.shape().dim(2) / width);
  }

  /**
   * Interpolates between the centers of pixels, s being 1/factor even where the size after is rounded.
   *
   * @param x (N, H, W, C)
   * @param factorH of the height
   * @param factorW of the width
   * @return (N, ⌊factorH·H⌋, ⌊factorW·W⌋, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or nothing would be left
   */
  public static Variable scaleBilinear(Variable x, double factorH, double factorW) {
    Expect.image("scaleBilinear", x.shape());
    int height = (int) (x.shape().dim(1) * factorH), width = (int) (x.shape().dim(2) * factorW);
    requireSizes("scaleBilinear", x, height, width);
    return centered(x, height, 1 / factorH, width, 1 / factorW);
  }

  /**
   * Interpolates between pixels, the outermost of which stay outermost.
   *
   * @param x (N, H, W, C)
   * @param height of the result
   * @param width of the result
   * @return (N, height, width, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or a size is below 1
   */
  public static Variable resizeBilinearAligned(Variable x, int height, int width) {
    requireSizes("resizeBilinearAligned", x, height, width);
    double rows = height == 1 ? 0 : (x.shape().dim(1) - 1.0) / (height - 1);
    double columns = width == 1 ? 0 : (x.shape().dim(2) - 1.0) / (width - 1);
    return interpolated(x, height, j -> j * rows, width, j -> j * columns);
  }

  /**
   * Weighs pixels by Keys's cubic with a = −½ around the centre of each new one, which is stretched where
   * the image gets smaller, so that no pixel is left out. Weights beyond the border go to those within.
   *
   * @param x (N, H, W, C)
   * @param height of the result
   * @param width of the result
   * @return (N, height, width, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or a size is below 1
   * @see <a href="https://doi.org/10.1109/TASSP.1981.1163711">Keys, Cubic Convolution Interpolation for
   *     Digital Image Processing (1981)</a>
   */
  public static Variable resizeBicubic(Variable x, int height, int width) {
    requireSizes("resizeBicubic", x, height, width);
    Variable y = mapAxis(x, 1, cubic(x.shape().dim(1), height));
    return mapAxis(y, 2, cubic(x.shape().dim(2), width));
  }

  private static AxisMap cubic(int before, int after) {
    double scale = (double) before / after, stretch = Math.max(1, scale);
    int[] from = new int[after];
    double[][] weights = new double[after][];
    for (int j = 0; j < after; j++) {
      double centre = (j + 0.5) * scale;
      int first = Math.max(0, (int) (centre - 2 * stretch + 0.5));
      int end = Math.min(before, (int) (centre + 2 * stretch + 0.5));
      double[] each = new double[end - first];
      double sum = 0;
      for (int i = 0; i < each.length; i++) {
        each[i] = cubic((first + i + 0.5 - centre) / stretch);
        sum += each[i];
      }
      for (int i = 0; i < each.length; i++) {
        each[i] /= sum;
      }
      from[j] = first;
      weights[j] = each;
    }
    return AxisMap.weighted(before, from, weights);
  }

  private static double cubic(double x) {
    double d = Math.abs(x);
    return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
  }

  private static AxisMap nearest(int before, int after, float scale) {
    int[] sources = new int[after];
    for (int j = 0; j < after; j++) {
      int source = after == before ? j : (int) (j * scale);
      sources[j] = Math.min(before - 1, source);
    }
    return AxisMap.select(before, sources);
  }

  private static Variable centered(Variable x, int height, double rows, int width, double columns) {
    return interpolated(
        x, height, j -> (j + 0.5) * rows - 0.5, width, j -> (j + 0.5) * columns - 0.5);
  }

  private static Variable interpolated(
      Variable x, int height, IntToDoubleFunction row, int width, IntToDoubleFunction column) {
    Variable y = mapAxis(x, 1, AxisMap.interpolate(x.shape().dim(1), positions(height, row)));
    return mapAxis(y, 2, AxisMap.interpolate(x.shape().dim(2), positions(width, column)));
  }

  private static double[] positions(int count, IntToDoubleFunction position) {
    double[] positions = new double[count];
    for (int j = 0; j < count; j++) {
      positions[j] = position.applyAsDouble(j);
    }
    return positions;
  }

  private static void requireSizes(String function, Variable x, int height, int width) {
    Expect.image(function, x.shape());
    ShapeException.unless(
        height >= 1 && width >= 1,
        "%s: expected a height and width of 1 or more, got %d and %d for x %s",
        function,
        height,
        width,
        x.shape());
  }
}
