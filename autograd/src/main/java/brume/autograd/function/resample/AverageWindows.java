package brume.autograd.function.resample;

import static brume.autograd.function.shape.MapAxis.mapAxis;

import brume.autograd.Variable;
import brume.autograd.function.Expect;
import brume.tensor.ShapeException;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.PoolGeometry;

/**
 * Means over windows of any size, stride and padding, or over as many windows as wanted. A mean over a
 * rectangle is a mean over rows of means over columns, so that both are maps along one axis.
 *
 * <pre>
 *   y[n, i, j, c]  = Σ x[n, h, w, c]/(aᵢ·bⱼ)       over the pixels of window (i, j) inside the image
 *   dx[n, h, w, c] = Σ dy[n, i, j, c]/(aᵢ·bⱼ)      over the windows that cover pixel (h, w)
 * </pre>
 *
 * <p>aᵢ and bⱼ count the rows and columns of the window, those of the padding included or not.
 *
 * @see AveragePool AveragePool, for blocks side by side
 */
public final class AverageWindows {

  private AverageWindows() {}

  /**
   * Means over windows, the padding being pixels of 0.
   *
   * @param x (N, H, W, C)
   * @param window size, stride and padding
   * @return (N, OH, OW, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or smaller than a window, or the window is
   *     dilated
   */
  public static Variable averageWindows(Variable x, PoolGeometry.Window window) {
    return averaged("averageWindows", x, window, true);
  }

  /**
   * Means over the pixels of each window that lie in the image.
   *
   * @param x (N, H, W, C)
   * @param window size, stride and padding
   * @return (N, OH, OW, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or smaller than a window, or the window is
   *     dilated
   */
  public static Variable averageInside(Variable x, PoolGeometry.Window window) {
    return averaged("averageInside", x, window, false);
  }

  /**
   * Means over windows that are as equal as possible, given their number; they overlap where it does
   * not divide the size.
   *
   * @param x (N, H, W, C)
   * @param height of the result
   * @param width of the result
   * @return (N, height, width, C)
   * @throws ShapeException if {@code x} is not (N, H, W, C) or a size is below 1
   */
  public static Variable adaptiveAverage(Variable x, int height, int width) {
    Expect.image("adaptiveAverage", x.shape());
    ShapeException.unless(
        height >= 1 && width >= 1,
        "adaptiveAverage: expected a height and width of 1 or more, got %d and %d for x %s",
        height,
        width,
        x.shape());
    Variable y = mapAxis(x, 1, adaptive(x.shape().dim(1), height));
    return mapAxis(y, 2, adaptive(x.shape().dim(2), width));
  }

  private static Variable averaged(
      String function, Variable x, PoolGeometry.Window window, boolean padding) {
    ShapeException.unless(
        window.dilationH() == 1 && window.dilationW() == 1,
        "%s: expected windows without dilation, got %s",
        function,
        window);
    PoolGeometry at = PoolGeometry.of(x.shape(), window);
    AxisMap rows = means(at.h(), at.oh(), window.kh(), window.strideH(), window.padH(), padding);
    AxisMap columns = means(at.w(), at.ow(), window.kw(), window.strideW(), window.padW(), padding);
    return mapAxis(mapAxis(x, 1, rows), 2, columns);
  }

  private static AxisMap means(
      int size, int outputs, int window, int stride, int pad, boolean padding) {
    int[] from = new int[outputs], to = new int[outputs], divisor = new int[outputs];
    for (int j = 0; j < outputs; j++) {
      int start = j * stride - pad, end = (int) Math.min((long) start + window, (long) size + pad);
      to[j] = Math.min(end, size);
      from[j] = Math.min(Math.max(start, 0), to[j]);
      divisor[j] = padding ? end - start : to[j] - from[j];
    }
    return AxisMap.means(size, from, to, divisor);
  }

  private static AxisMap adaptive(int size, int outputs) {
    int[] from = new int[outputs], to = new int[outputs], divisor = new int[outputs];
    for (int j = 0; j < outputs; j++) {
      from[j] = (int) ((long) j * size / outputs);
      to[j] = (int) (((j + 1L) * size + outputs - 1) / outputs);
      divisor[j] = to[j] - from[j];
    }
    return AxisMap.means(size, from, to, divisor);
  }
}
