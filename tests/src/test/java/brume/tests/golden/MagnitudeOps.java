package brume.tests.golden;

import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.magnitude.MpAdd.mpAdd;
import static brume.autograd.function.magnitude.MpConcatenate.mpConcatenate;
import static brume.autograd.function.magnitude.MpFourier.mpFourier;
import static brume.autograd.function.magnitude.MpSilu.mpSilu;
import static brume.autograd.function.magnitude.NormalizeWeight.normalizeWeight;
import static brume.autograd.function.magnitude.PixelNorm.pixelNorm;
import static brume.autograd.function.shape.Pad.pad;
import static brume.tests.golden.TorchArguments.channelsLast;
import static brume.tests.golden.TorchArguments.channelsSecond;
import static brume.tests.golden.TorchOp.op;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.List;

/** Functions that keep magnitudes. */
final class MagnitudeOps {

  private static final double EPS = 1e-4;

  private MagnitudeOps() {}

  static List<TorchOp> all() {
    return List.of(
        op("mp_add", in -> mpAdd(in.x(), in.tensor("input.res"), in.number("t"))),
        op(
                "mp_cat",
                in -> channelsSecond(
                    mpConcatenate(channelsLast(in.a()), channelsLast(in.b()), in.number("t"))))
            .when(asked -> asked.attrs().path("dim").asInt() == 1),
        op("mp_fourier", in -> mpFourier(in.tensor("input.t"), in.tensor("input.weights"))),
        op("mp_silu", in -> mpSilu(in.x())),
        op("pixel_norm", in -> pixelNorm(in.x(), in.integer("dim"))).when(MagnitudeOps::hasEps),
        op("normalize_weight", MagnitudeOps::toMagnitudeOne).when(MagnitudeOps::hasEps),
        op("mp_conv2d", MagnitudeOps::convolved).when(MagnitudeOps::hasEps));
  }

  private static boolean hasEps(GoldenCase asked) {
    return asked.attrs().path("eps").asDouble() == EPS;
  }

  private static Variable toMagnitudeOne(TorchArguments in) {
    Variable w = in.tensor("input.w");
    return normalizeWeight(w, Math.sqrt((double) w.shape().size() / w.shape().dim(0)));
  }

  private static Variable convolved(TorchArguments in) {
    Variable x = channelsLast(in.x()), w = channelsLast(in.tensor("input.w"));
    Shape filters = w.shape();
    double inputs = (double) filters.dim(1) * filters.dim(2) * x.shape().dim(-1);
    double seen = (double) filters.size() / filters.dim(0);
    Variable beside = in.attr("concat_ones").asBoolean() ? pad(x, -1, 1, 0, 1) : x;
    Variable y = conv2d(
        beside, normalizeWeight(w, Math.sqrt(seen / inputs)), Window.padded(filters.dim(1) / 2));
    return channelsSecond(y);
  }
}
