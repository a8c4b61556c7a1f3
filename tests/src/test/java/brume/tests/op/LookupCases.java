package brume.tests.op;

import static brume.autograd.function.attention.DotProductAttention.dotProductAttention;
import static brume.autograd.function.pointwise.MaskedFill.maskedFill;
import static brume.autograd.function.reduce.Distance.distance;
import static brume.autograd.function.resample.AverageWindows.adaptiveAverage;
import static brume.autograd.function.resample.AverageWindows.averageInside;
import static brume.autograd.function.resample.AverageWindows.averageWindows;
import static brume.autograd.function.resample.MaxPool.maxPool;
import static brume.autograd.function.resample.Resize.resizeBicubic;
import static brume.autograd.function.resample.Resize.resizeBilinear;
import static brume.autograd.function.resample.Resize.resizeBilinearAligned;
import static brume.autograd.function.resample.Resize.resizeNearest;
import static brume.autograd.function.resample.Resize.scaleBilinear;
import static brume.autograd.function.resample.Resize.scaleNearest;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Flip.flip;
import static brume.autograd.function.shape.Gather.gather;
import static brume.autograd.function.shape.MapAxis.mapAxis;
import static brume.autograd.function.shape.Pad.pad;
import static brume.autograd.function.shape.Pad.padCircular;
import static brume.autograd.function.shape.Pad.padReflected;
import static brume.autograd.function.shape.Pad.padReplicated;
import static brume.autograd.function.shape.Permute.transpose;
import static brume.autograd.function.shape.Repeat.repeat;
import static brume.autograd.function.shape.Repeat.repeatInterleave;
import static brume.autograd.function.shape.Roll.roll;
import static brume.autograd.function.shape.Select.select;
import static brume.autograd.function.shape.Slice.slice;
import static brume.autograd.function.shape.Split.chunk;
import static brume.autograd.function.shape.Split.split;
import static brume.autograd.function.shape.Stack.stack;
import static brume.autograd.function.shape.Triangle.tril;
import static brume.autograd.function.shape.Triangle.triu;
import static brume.tensor.Shape.of;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import brume.autograd.Variable;
import brume.autograd.function.attention.AttentionMask;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.PoolGeometry.Window;
import java.util.stream.Stream;

/** Functions that say where each of their outputs comes from. */
final class LookupCases {

  private LookupCases() {}

  // spotless:off

  static Stream<OpCase> small() {
    return Stream.of(lookups(), pools(), masks()).flatMap(cases -> cases);
  }

  static Stream<OpCase> large() {
    return Stream.of(
        op("embedding, wide", in(of(50, 67)), v -> embedding(v[0], of(2, 3), 7, 49, 7, 0, 7, 21)),
        op("pad, wide", in(of(3, 20, 21, 35)), v -> pad(v[0], 1, 2, 3, 0.5)),
        op("flip, channels wide", in(of(3, 20, 21, 35)), v -> flip(v[0], -1)),
        op("resizeBilinear, wide", in(of(2, 14, 13, 33)), v -> resizeBilinear(v[0], 30, 9)),
        op("resizeNearest, wide", in(of(2, 14, 13, 33)), v -> resizeNearest(v[0], 30, 9)),
        op("maxPool, wide", in(of(3, 28, 27, 33)), v -> maxPool(v[0], Window.square(3, 2, 1))),
        op("averageWindows, wide", in(of(3, 28, 27, 33)), v -> averageWindows(v[0], Window.square(3, 2, 1))));
  }

  private static Stream<OpCase> lookups() {
    return Stream.of(
        op("mapAxis", in(of(2, 4, 3)), v -> mapAxis(v[0], 1, AxisMap.interpolate(4, 0.25, 2.5, 0.25))),
        op("select", in(of(2, 4, 3)), v -> select(v[0], 1, 3, 0, 0, 2, 3)),
        op("select, one channel of one", in(of(3, 1)), v -> select(v[0], -1, 0)),
        op("embedding", in(of(5, 3)), v -> embedding(v[0], of(2, 3), 4, 1, 1, 0, 4, 1)),
        op("gather, channels", in(of(2, 4)), v -> gather(v[0], -1, of(2, 3), 3, 0, 3, 1, 1, 2)),
        op("gather, fewer indexes", in(of(3, 4, 2)), v -> gather(v[0], 0, of(2, 3, 1), 2, 2, 0, 1, 0, 2)),
        op("gather, by time", in(of(6)), v -> gather(v[0], 0, of(4), 5, 0, 0, 3)),
        op("flip", in(of(2, 3, 4)), v -> flip(v[0], 0, -1)),
        op("roll", in(of(2, 5, 3)), v -> roll(v[0], 1, 2)),
        op("roll, backward", in(of(2, 5)), v -> roll(v[0], -1, -7)),
        op("pad, constant", in(of(2, 3, 2)), v -> pad(v[0], 1, 2, 1, 1.5)),
        op("pad, cropping", in(of(2, 5)), v -> pad(v[0], -1, -1, -2, 0)),
        op("padReflected", in(of(2, 4)), v -> padReflected(v[0], 1, 2, 3)),
        op("padReplicated", in(of(2, 3)), v -> padReplicated(v[0], 1, 2, 4)),
        op("padCircular", in(of(2, 3)), v -> padCircular(v[0], 1, 2, 4)),
        op("slice, every second", in(of(2, 7, 2)), v -> slice(v[0], 1, 1, 6, 2)),
        op("repeat", in(of(2, 3)), v -> repeat(v[0], 1, 3)),
        op("repeatInterleave", in(of(2, 3, 2)), v -> repeatInterleave(v[0], 1, 2)),
        op("expand, to a shape", in(of(3, 1, 2)), v -> expand(v[0], of(4, 3, 5, 2))),
        op("tril", in(of(2, 3, 4)), v -> tril(v[0], 0)),
        op("triu, above", in(of(3, 4)), v -> triu(v[0], 1)),
        op("stack", in(of(2, 3), of(2, 3)), v -> stack(1, v[0], v[1])),
        op("stack, channels", in(of(2, 3), of(2, 3)), v -> stack(-1, v[0], v[1])),
        op("split", in(of(2, 9)), v -> split(v[0], 1, 2, 3, 4).get(1)),
        op("chunk", in(of(10, 2)), v -> chunk(v[0], 0, 4).get(3)),
        op("transpose", in(of(2, 3, 4)), v -> transpose(v[0], -1, 0)));
  }

  private static Stream<OpCase> pools() {
    return Stream.of(
        op("maxPool", in(of(2, 4, 6, 3)), v -> maxPool(v[0], Window.square(2, 2, 0))),
        op("maxPool, overlapping", in(of(1, 5, 6, 2)), v -> maxPool(v[0], Window.square(3, 2, 1))),
        op("maxPool, rounding up", in(of(1, 6, 4, 2)), v -> maxPool(v[0], new Window(3, 2, 2, 3, 0, 1, 1, 1, true))),
        op("maxPool, dilated", in(of(1, 6, 5, 2)), v -> maxPool(v[0], new Window(2, 2, 1, 1, 1, 0, 2, 3, false))),
        op("averageWindows", in(of(1, 5, 6, 2)), v -> averageWindows(v[0], Window.square(3, 2, 1))),
        op("averageWindows, rounding up", in(of(1, 6, 4, 2)), v -> averageWindows(v[0], new Window(3, 2, 2, 3, 1, 1, 1, 1, true))),
        op("averageInside", in(of(1, 5, 6, 2)), v -> averageInside(v[0], Window.square(3, 2, 1))),
        op("adaptiveAverage", in(of(2, 7, 5, 2)), v -> adaptiveAverage(v[0], 3, 2)),
        op("adaptiveAverage, to one pixel", in(of(2, 3, 4, 2)), v -> adaptiveAverage(v[0], 1, 1)),
        op("adaptiveAverage, to more pixels", in(of(1, 2, 3, 2)), v -> adaptiveAverage(v[0], 3, 5)),
        op("resizeNearest", in(of(1, 3, 4, 2)), v -> resizeNearest(v[0], 5, 3)),
        op("resizeBilinear", in(of(1, 3, 4, 2)), v -> resizeBilinear(v[0], 5, 3)),
        op("scaleNearest", in(of(1, 5, 4, 2)), v -> scaleNearest(v[0], 1.5, 0.5)),
        op("scaleBilinear", in(of(1, 5, 4, 2)), v -> scaleBilinear(v[0], 1.5, 0.5)),
        op("resizeBicubic", in(of(1, 3, 4, 2)), v -> resizeBicubic(v[0], 5, 3)),
        op("resizeBilinearAligned", in(of(1, 3, 4, 2)), v -> resizeBilinearAligned(v[0], 5, 3)),
        op("resizeBilinearAligned, to one pixel", in(of(1, 3, 4, 2)), v -> resizeBilinearAligned(v[0], 1, 1)));
  }

  private static Stream<OpCase> masks() {
    return Stream.of(
        op("maskedFill", in(of(2, 3, 4)), v -> maskedFill(v[0], mask(v[0], of(3, 1), 0, 1, 1), -2)),
        op("dotProductAttention", in(of(2, 3, 4), of(2, 5, 4), of(2, 5, 3)), v -> dotProductAttention(v[0], v[1], v[2], AttentionMask.none(), 0.5)),
        op("dotProductAttention, causal", in(of(2, 2, 3, 4), of(2, 2, 5, 4), of(2, 2, 5, 3)), v -> dotProductAttention(v[0], v[1], v[2], AttentionMask.causal(), 0.5)),
        op("dotProductAttention, some keys", in(of(2, 3, 4), of(2, 4, 4), of(2, 4, 3)), v -> dotProductAttention(v[0], v[1], v[2], AttentionMask.shown(mask(v[0], of(3, 4), 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0)), 0.5)),
        op("dotProductAttention, with summands", in(of(2, 3, 4), of(2, 5, 4), of(2, 5, 3), of(3, 5)), v -> dotProductAttention(v[0], v[1], v[2], AttentionMask.added(v[3]), 0.5)),
        op("distance", in(of(3, 2), of(4, 2)), v -> distance(v[0], v[1])),
        op("distance, of a set to itself", in(of(3, 2)), v -> distance(v[0], v[0])));
  }

  // spotless:on

  private static Variable mask(Variable like, Shape shape, float... values) {
    return Variable.constant(Tensor.of(like.value().device(), shape, values));
  }
}
