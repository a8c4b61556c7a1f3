package brume.tests.golden;

import static brume.autograd.function.resample.AverageWindows.adaptiveAverage;
import static brume.autograd.function.resample.AverageWindows.averageInside;
import static brume.autograd.function.resample.AverageWindows.averageWindows;
import static brume.autograd.function.resample.MaxPool.maxPool;
import static brume.autograd.function.resample.Resize.resizeBilinear;
import static brume.autograd.function.resample.Resize.resizeBilinearAligned;
import static brume.autograd.function.resample.Resize.resizeNearest;
import static brume.autograd.function.resample.Resize.scaleBilinear;
import static brume.autograd.function.resample.Resize.scaleNearest;
import static brume.tests.golden.TorchArguments.asImage;
import static brume.tests.golden.TorchArguments.asSignal;
import static brume.tests.golden.TorchArguments.channelsLast;
import static brume.tests.golden.TorchArguments.channelsSecond;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.tensor.kernel.PoolGeometry.Window;
import java.util.List;
import java.util.function.UnaryOperator;

/** Pooling and interpolation, of images (N, C, H, W) and signals (N, C, L). */
final class ResamplingOps {

  private ResamplingOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("max_pool1d", in -> pooled(in, ResamplingOps::largest)),
        op("max_pool2d", in -> pooled(in, ResamplingOps::largest)),
        op("avg_pool1d", in -> pooled(in, ResamplingOps::mean)),
        op("avg_pool2d", in -> pooled(in, ResamplingOps::mean)),
        op("adaptive_avg_pool1d", ResamplingOps::adaptive),
        op("adaptive_avg_pool2d", ResamplingOps::adaptive),
        op("upsample_nearest", ResamplingOps::nearest),
        op("upsample_bilinear", ResamplingOps::bilinear));
  }

  private interface Pool {
    Variable of(TorchArguments in, Variable image, Window window);
  }

  private static Variable largest(TorchArguments in, Variable x, Window window) {
    return maxPool(x, window);
  }

  private static Variable mean(TorchArguments in, Variable x, Window window) {
    return in.attr("count_include_pad").asBoolean(true)
        ? averageWindows(x, window)
        : averageInside(x, window);
  }

  private static Variable pooled(TorchArguments in, Pool pool) {
    boolean signal = signal(in);
    String strides = in.attr("stride").isNumber() || in.attr("stride").size() > 0
        ? "stride"
        : "kernel_size"; // PyTorch's default
    Window window = new Window(
        signal ? 1 : in.perAxis("kernel_size", 0),
        in.perAxis("kernel_size", signal ? 0 : 1),
        signal ? 1 : in.perAxis(strides, 0),
        in.perAxis(strides, signal ? 0 : 1),
        signal ? 0 : in.perAxis("padding", 0),
        in.perAxis("padding", signal ? 0 : 1),
        signal ? 1 : Math.max(1, in.perAxis("dilation", 0)),
        Math.max(1, in.perAxis("dilation", signal ? 0 : 1)),
        in.attr("ceil_mode").asBoolean());
    return onImage(in.x(), x -> pool.of(in, x, window));
  }

  private static Variable adaptive(TorchArguments in) {
    return sized(in, "output_size", (x, size) -> adaptiveAverage(x, size.h(), size.w()));
  }

  private static Variable nearest(TorchArguments in) {
    double factor = in.number("scale_factor"), height = signal(in) ? 1 : factor;
    if (factor > 0) {
      return onImage(in.x(), x -> scaleNearest(x, height, factor));
    }
    return sized(in, "size", (x, size) -> resizeNearest(x, size.h(), size.w()));
  }

  private static Variable bilinear(TorchArguments in) {
    double factor = in.number("scale_factor");
    if (factor > 0 && !in.attr("align_corners").asBoolean()) {
      return onImage(in.x(), x -> scaleBilinear(x, factor, factor));
    }
    boolean aligned = in.attr("align_corners").asBoolean();
    return sized(
        in,
        "size",
        (x, size) -> aligned
            ? resizeBilinearAligned(x, size.h(), size.w())
            : resizeBilinear(x, size.h(), size.w()));
  }

  private record Size(int h, int w) {}

  private interface Resized {
    Variable to(Variable image, Size size);
  }

  /** Brings images to the size of an argument, or to a multiple of their own. */
  private static Variable sized(TorchArguments in, String argument, Resized resized) {
    boolean signal = signal(in);
    int h = signal ? 1 : size(in, argument, 0, in.x().shape().dim(2));
    int w = size(in, argument, signal ? 0 : 1, in.x().shape().dim(-1));
    return onImage(in.x(), x -> resized.to(x, new Size(h, w)));
  }

  private static int size(TorchArguments in, String argument, int axis, int old) {
    if (in.attr("scale_factor").isNumber()) {
      return (int) (old * in.number("scale_factor"));
    }
    return in.attr(argument).isArray() && in.attr(argument).path(axis).isNull()
        ? old
        : in.perAxis(argument, axis);
  }

  private static boolean signal(TorchArguments in) {
    return in.x().shape().rank() == 3;
  }

  private static Variable onImage(Variable x, UnaryOperator<Variable> f) {
    Variable y = channelsLast(x);
    boolean signal = x.shape().rank() == 3;
    return channelsSecond(signal ? asSignal(f.apply(asImage(y))) : f.apply(y));
  }
}
