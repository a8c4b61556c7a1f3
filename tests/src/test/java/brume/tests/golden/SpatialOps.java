package brume.tests.golden;

import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.conv.ConvTranspose2d.convTranspose2d;
import static brume.autograd.function.linear.AddBias.addBias;
import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static brume.tests.golden.TorchArguments.asImage;
import static brume.tests.golden.TorchArguments.asSignal;
import static brume.tests.golden.TorchArguments.channelsLast;
import static brume.tests.golden.TorchArguments.channelsSecond;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.List;

/** Convolutions and pixels as channels, of images (N, C, H, W) and signals (N, C, L). */
final class SpatialOps {

  private SpatialOps() {}

  static List<TorchOp> all() {
    return List.of(
        op(
            "conv2d",
            in -> channelsSecond(
                convolved(in, channelsLast(in.x()), channelsLast(in.weight()), window(in)))),
        op(
            "conv1d",
            in -> channelsSecond(asSignal(convolved(
                in, asImage(channelsLast(in.x())), asImage(channelsLast(in.weight())), row(in))))),
        op(
            "conv_transpose2d",
            in -> channelsSecond(transposed(
                in,
                channelsLast(in.x()),
                channelsLast(in.weight()),
                window(in),
                in.perAxis("output_padding", 0)))),
        op(
            "conv_transpose1d",
            in -> channelsSecond(asSignal(transposed(
                in,
                asImage(channelsLast(in.x())),
                asImage(channelsLast(in.weight())),
                row(in),
                0)))),
        op(
            "pixel_shuffle",
            in -> channelsSecond(pixelShuffle(channelsLast(in.x()), in.integer("factor")))),
        op(
            "pixel_unshuffle",
            in -> channelsSecond(pixelUnshuffle(channelsLast(in.x()), in.integer("factor")))));
  }

  private static Variable convolved(TorchArguments in, Variable x, Variable w, Window window) {
    return in.has("param.bias") ? conv2d(x, w, in.bias(), window) : conv2d(x, w, window);
  }

  private static Variable transposed(
      TorchArguments in, Variable x, Variable w, Window window, int extraH) {
    int last = in.attr("output_padding").isArray() ? in.attr("output_padding").size() - 1 : 0;
    int extraW = in.perAxis("output_padding", last);
    Variable y = convTranspose2d(x, w, window, extraH, extraW);
    return in.has("param.bias") ? addBias(y, in.bias()) : y;
  }

  private static Window window(TorchArguments in) {
    int padH = in.perAxis("padding", 0), padW = in.perAxis("padding", 1);
    return new Window(
        in.perAxis("stride", 0),
        in.perAxis("stride", 1),
        padH,
        padW,
        padH,
        padW,
        in.perAxis("dilation", 0),
        in.perAxis("dilation", 1),
        in.integer("groups"));
  }

  /** The window of a signal, seen as an image of height one. */
  private static Window row(TorchArguments in) {
    int pad = in.perAxis("padding", 0);
    int stride = in.perAxis("stride", 0), dilation = in.perAxis("dilation", 0);
    return new Window(1, stride, 0, pad, 0, pad, 1, dilation, in.integer("groups"));
  }
}
