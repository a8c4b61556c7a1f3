package brume.tests.op;

import static brume.autograd.Recompute.recompute;
import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.LinearAttention.linearAttention;
import static brume.autograd.function.attention.LinearSelfAttention.linearSelfAttention;
import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.conv.ConvTranspose2d.convTranspose2d;
import static brume.autograd.function.linear.AddBias.addBias;
import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.linear.Linear.linears;
import static brume.autograd.function.linear.MatMul.addMatmul;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static brume.autograd.function.norm.GroupNorm.groupNorm;
import static brume.autograd.function.norm.GroupNormSiLU.groupNormSiLU;
import static brume.autograd.function.norm.InstanceNorm.instanceNorm;
import static brume.autograd.function.norm.LayerNorm.layerNorm;
import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Clamp.clamp;
import static brume.autograd.function.pointwise.Dropout.dropout;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.cos;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static brume.autograd.function.pointwise.Pointwise.gelu;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.pointwise.Pointwise.sin;
import static brume.autograd.function.pointwise.Pointwise.tanh;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.resample.AveragePool.averagePool;
import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;
import static brume.tensor.Shape.of;
import static brume.tests.op.Extreme.CONSTANT;
import static brume.tests.op.Extreme.HUNDREDS;
import static brume.tests.op.Extreme.ONE_HUGE;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import brume.autograd.Variable;
import brume.autograd.function.attention.LinearSelfAttention;
import brume.autograd.function.conv.Conv2d;
import brume.tensor.kernel.ConvGeometry.Window;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All uses of all functions that are worth a test: one line buys the gradient check, parity with the
 * reference on every backend, and the extremes.
 */
final class OpCases {

  private static final RandomKey KEY = RandomKey.of(7).child("dropout");
  private static final double EPS = 1e-5;

  private OpCases() {}

  // spotless:off

  /** Small cases, whose every derivative can be checked by differences. */
  static Stream<OpCase> small() {
    return Stream.of(elementwise(), PointwiseCases.small(), RowCases.small(), LikelihoodCases.small(), LookupCases.small(), products(), EinsumCases.small(), convolutions(), normalization(), MagnitudeCases.small(), attentions(), moves(), reductions()).flatMap(cases -> cases);
  }

  /** Cases large enough for vector bodies, blocks and several tasks; too large for differences. */
  static Stream<OpCase> large() {
    return Stream.of(others(), PointwiseCases.large(), RowCases.large(), LookupCases.large(), EinsumCases.large()).flatMap(cases -> cases);
  }

  private static Stream<OpCase> others() {
    return Stream.of(
        op("add, long", in(of(1000, 37), of(1000, 37)), v -> add(v[0], v[1])),
        op("addBias, long", in(of(2, 63, 61, 37), of(37)), v -> addBias(v[0], v[1])),
        op("silu, long", in(of(10007)), v -> silu(v[0])),
        op("gelu, long", in(of(10007)), v -> gelu(v[0])),
        op("tanh, long", in(of(10007)), v -> tanh(v[0])),
        op("exp, long", in(of(10007)), v -> exp(v[0])),
        op("matmul, blocks", in(of(133, 261), of(261, 197)), v -> matmul(v[0], v[1])),
        op("matmul, batch of blocks", in(of(3, 67, 129), of(3, 129, 65)), v -> matmul(v[0], v[1])),
        op("matmul, column", in(of(300, 257), of(257, 1)), v -> matmul(v[0], v[1])),
        op("matmul, row", in(of(1, 257), of(257, 300)), v -> matmul(v[0], v[1])),
        op("linear, long sums of few rows", in(of(3, 1100), of(600, 1100), of(600)), v -> linear(v[0], v[1], v[2])),
        op("linear, blocks", in(of(4, 50, 129), of(65, 129), of(65)), v -> linear(v[0], v[1], v[2])),
        op("conv2d, 3×3 wide", in(of(2, 28, 28, 32), of(48, 3, 3, 32), of(48)), v -> conv2d(v[0], v[1], v[2], Window.padded(1))),
        op("conv2d, 3×3 odd sizes", in(of(3, 17, 23, 19), of(21, 3, 3, 19)), v -> conv2d(v[0], v[1], Window.padded(1))),
        op("conv2d, 3×3 one channel", in(of(4, 28, 28, 1), of(16, 3, 3, 1)), v -> conv2d(v[0], v[1], Window.padded(1))),
        op("conv2d, 7×7 stem", in(of(2, 28, 28, 3), of(32, 7, 7, 3), of(32)), v -> conv2d(v[0], v[1], v[2], Window.padded(3))),
        op("conv2d, 1×1 wide", in(of(3, 14, 14, 65), of(129, 1, 1, 65), of(129)), v -> conv2d(v[0], v[1], v[2], Window.padded(0))),
        op("conv2d, 4×4 stride 2 wide", in(of(2, 28, 28, 17), of(33, 4, 4, 17)), v -> conv2d(v[0], v[1], Window.strided(2, 1))),
        op("conv2d, 3×3 stride 2", in(of(2, 29, 31, 16), of(16, 3, 3, 16)), v -> conv2d(v[0], v[1], Window.strided(2, 1))),
        op("conv2d, long signal", in(of(2, 1, 200, 33), of(17, 1, 3, 33)), v -> conv2d(v[0], v[1], window(1, 1, 0, 1, 0, 1, 1, 1, 1))),
        op("conv2d, groups wide", in(of(2, 12, 12, 32), of(64, 3, 3, 8)), v -> conv2d(v[0], v[1], window(1, 1, 1, 1, 1, 1, 1, 1, 4))),
        op("convTranspose2d, wide", in(of(2, 14, 14, 32), of(32, 4, 4, 16)), v -> convTranspose2d(v[0], v[1], Window.strided(2, 1), 0, 0)),
        op("groupNorm, wide", in(of(3, 14, 14, 64), of(64), of(64)), v -> groupNorm(v[0], v[1], v[2], 8, EPS)),
        op("groupNorm, narrow groups", in(of(3, 9, 11, 36), of(36), of(36)), v -> groupNorm(v[0], v[1], v[2], 12, EPS)),
        op("groupNormSiLU, wide", in(of(3, 14, 14, 64), of(64), of(64)), v -> groupNormSiLU(v[0], v[1], v[2], 8, EPS)),
        op("groupNormSiLU, steered wide", in(of(3, 13, 11, 40), of(40), of(40), of(3, 80)), v -> groupNormSiLU(v[0], v[1], v[2], v[3], 8, EPS)),
        op("groupNormSiLU, more channels than threads", in(of(2, 3, 1100), of(1100), of(1100), of(2, 2200)), v -> groupNormSiLU(v[0], v[1], v[2], v[3], 1, EPS)),
        op("layerNorm, wide", in(of(70, 301), of(301), of(301)), v -> layerNorm(v[0], v[1], v[2], EPS)),
        op("rmsNorm, wide", in(of(3, 13, 11, 67), of(67)), v -> rmsNorm(v[0], v[1])),
        op("scaleShift, wide", in(of(3, 13, 11, 67), of(3, 134)), v -> scaleShift(v[0], v[1])),
        op("softmax, wide", in(of(50, 301)), v -> softmax(v[0])),
        op("attention, 14×14", in(of(2, 14, 14, 3 * 4 * 32)), v -> attention(v[0], 4, 0.17)),
        op("attention, few keys", in(of(2, 150, 66), of(2, 7, 66), of(2, 7, 66)), v -> attention(v[0], v[1], v[2], 2, 0.17)),
        op("attention, 24 keys", in(of(2, 64, 4 * 16), of(2, 24, 4 * 16), of(2, 24, 4 * 16)), v -> attention(v[0], v[1], v[2], 4, 0.25)),
        op("attention, uneven", in(of(2, 77, 3 * 3 * 19)), v -> attention(v[0], 3, 0.23)),
        op("linearAttention, 28×28", in(of(2, 28, 28, 3 * 4 * 32)), v -> linearAttention(v[0], 4, 0.17)),
        op("linearSelfAttention, 28×28", in(of(2, 28, 28, 32), of(3 * 4 * 32, 32), of(32, 4 * 32), of(32)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 4, 0.17)),
        op("linearSelfAttention, uneven", in(of(19, 131, 21), of(3 * 3 * 19, 21), of(23, 3 * 19), of(23)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 3, 0.23)),
        op("linearSelfAttention, wide heads", in(of(1, 150, 7), of(3 * 2 * 40, 7), of(5, 2 * 40), of(5)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 2, 0.23)),
        op("linearAttention, uneven", in(of(2, 77, 3 * 3 * 19)), v -> linearAttention(v[0], 3, 0.23)),
        op("linearAttention, many keys", in(of(2, 5, 6), of(2, 600, 6), of(2, 600, 6)), v -> linearAttention(v[0], v[1], v[2], 3, 0.7)),
        op("linearAttention, wide heads", in(of(2, 260, 3 * 66)), v -> linearAttention(v[0], 1, 0.12)),
        op("concatenate, wide", in(of(4, 9, 9, 33), of(4, 9, 9, 65)), v -> concatenate(v[0], v[1])),
        op("permute, eight axes", in(of(2, 3, 2, 2, 3, 2, 2, 2)), v -> permute(v[0], 7, 6, 5, 4, 3, 2, 1, 0)),
        op("permute, wide", in(of(3, 50, 40, 7)), v -> permute(v[0], 0, 3, 2, 1)),
        op("upsampleNearest, wide", in(of(3, 14, 13, 33)), v -> upsampleNearest(v[0], 2)),
        op("averagePool, wide", in(of(3, 28, 27, 33)), v -> averagePool(v[0], 2)),
        op("pixelUnshuffle, wide", in(of(3, 28, 26, 17)), v -> pixelUnshuffle(v[0], 2)),
        op("dropout, long", in(of(10007)), v -> dropout(v[0], KEY, 0.1)),
        op("sum, long", in(of(100, 1003)), v -> sum(v[0])),
        op("meanSquaredError, wide", in(of(5, 28, 28, 3), of(5, 28, 28, 3), of(5)), v -> meanSquaredError(v[0], v[1], v[2])).constant(2));
  }

  private static Stream<OpCase> elementwise() {
    return Stream.of(
        op("add", in(of(2, 3, 5), of(2, 3, 5)), v -> add(v[0], v[1])),
        op("add, of one variable to itself", in(of(7)), v -> add(v[0], v[0])),
        op("subtract", in(of(2, 5), of(2, 5)), v -> subtract(v[0], v[1])),
        op("multiply", in(of(2, 5), of(2, 5)), v -> multiply(v[0], v[1])),
        op("multiply, square", in(of(17)), v -> multiply(v[0], v[0])),
        op("affine", in(of(3, 11)), v -> affine(v[0], -1.5, 0.25)),
        op("affine, scale", in(of()), v -> scale(v[0], 3)),
        op("addBias", in(of(2, 3, 5), of(5)), v -> addBias(v[0], v[1])),
        op("addBias, one channel", in(of(4, 1), of(1)), v -> addBias(v[0], v[1])),
        op("addBias, one position", in(of(9), of(9)), v -> addBias(v[0], v[1])),
        op("silu", in(of(2, 19)), v -> silu(v[0])),
        op("gelu", in(of(2, 19)), v -> gelu(v[0])),
        op("tanh", in(of(2, 19)), v -> tanh(v[0])),
        op("sin", in(of(2, 19)), v -> sin(v[0])),
        op("cos", in(of(2, 19)), v -> cos(v[0])),
        op("exp", in(of(2, 19)), v -> exp(v[0])).except(HUNDREDS, "e¹⁰⁰ is no float").except(CONSTANT, "e¹⁰⁰ is no float").except(ONE_HUGE, "it overflows"),
        op("clamp", in(of(5, 7)), v -> clamp(v[0], -0.5, 0.75)),
        op("dropout", in(of(5, 7)), v -> dropout(v[0], KEY, 0.4)),
        op("mixSamples", in(of(2, 3, 2), of(2, 3, 2)), v -> mixSamples(new double[] {0.5, -2}, v[0], new double[] {3, 0.1}, v[1])),
        op("dropout, of nothing", in(of(5)), v -> dropout(v[0], KEY, 0)));
  }

  private static Stream<OpCase> products() {
    return Stream.of(
        op("matmul", in(of(3, 4), of(4, 5)), v -> matmul(v[0], v[1])),
        op("matmul, one by one", in(of(1, 1), of(1, 1)), v -> matmul(v[0], v[1])),
        op("matmul, batch", in(of(2, 3, 4), of(2, 4, 5)), v -> matmul(v[0], v[1])),
        op("matmul, batch times matrix", in(of(2, 3, 4), of(4, 5)), v -> matmul(v[0], v[1])),
        op("matmul, vectors", in(of(4), of(4)), v -> matmul(v[0], v[1])),
        op("matmul, row times batch", in(of(4), of(2, 4, 5)), v -> matmul(v[0], v[1])),
        op("matmul, batch times column", in(of(2, 3, 4), of(4)), v -> matmul(v[0], v[1])),
        op("matmul, matrix times batch", in(of(3, 4), of(2, 4, 5)), v -> matmul(v[0], v[1])),
        op("matmul, batches of two axes", in(of(2, 2, 3, 4), of(2, 2, 4, 5)), v -> matmul(v[0], v[1])),
        op("matmul, broadcast batches", in(of(2, 1, 3, 4), of(3, 4, 5)), v -> matmul(v[0], v[1])),
        op("matmul, added", in(of(2, 3, 5), of(2, 3, 4), of(2, 4, 5)), v -> addMatmul(v[0], v[1], v[2], 0.5, 1.25)),
        op("linear", in(of(3, 4), of(5, 4)), v -> linear(v[0], v[1])),
        op("linear, bias", in(of(2, 3, 4), of(5, 4), of(5)), v -> linear(v[0], v[1], v[2])),
        op("linears", in(of(2, 4), of(5, 4), of(5), of(3, 4), of(3)), v -> { List<Variable> ys = linears(v[0], List.of(v[1], v[3]), List.of(v[2], v[4])); return concatenate(ys.get(0), ys.get(1)); }),
        op("linear, by what another one makes", in(of(2, 3), of(3, 3), of(3), of(2)), v -> linear(v[0], linear(v[0], v[1], v[2]), v[3])),
        op("linear, and what goes around", in(of(2, 3, 4), of(4, 4), of(4)), v -> add(linear(v[0], v[1], v[2]), v[0])),
        op("linear, one position", in(of(4), of(5, 4), of(5)), v -> linear(v[0], v[1], v[2])),
        op("linear, frozen", in(of(3, 4), of(5, 4)), v -> linear(v[0], v[1])).constant(1));
  }

  private static Stream<OpCase> convolutions() {
    return Stream.of(
        op("conv2d, 3×3", in(of(2, 5, 6, 3), of(4, 3, 3, 3), of(4)), v -> conv2d(v[0], v[1], v[2], Window.padded(1))),
        op("conv2d, no padding, no bias", in(of(2, 5, 4, 3), of(2, 3, 3, 3)), v -> conv2d(v[0], v[1], Window.padded(0))),
        op("conv2d, 1×1", in(of(2, 3, 4, 5), of(3, 1, 1, 5), of(3)), v -> conv2d(v[0], v[1], v[2], Window.padded(0))),
        op("conv2d, residual", in(of(2, 4, 3, 3), of(4, 3, 3, 3), of(4), of(2, 4, 3, 4)), v -> conv2d(v[0], v[1], v[2], v[3], Window.padded(1))),
        op("conv2d, 1×1 residual", in(of(2, 3, 4, 5), of(5, 1, 1, 5), of(5)), v -> conv2d(v[0], v[1], v[2], v[0], Window.padded(0))),
        op("conv2d, two of one image", in(of(2, 4, 3, 3), of(4, 3, 3, 3), of(4, 1, 1, 3)), v -> add(conv2d(v[0], v[1], Window.padded(1)), conv2d(v[0], v[2], Window.padded(0)))),
        op("conv2d, two strides of one image", in(of(1, 5, 4, 3), of(2, 3, 3, 3)), v -> multiply(conv2d(v[0], v[1], Window.strided(2, 1)), conv2d(v[0], v[1], Window.strided(2, 1)))),
        op("conv2d, 1×1 stride 2", in(of(1, 5, 4, 3), of(2, 1, 1, 3)), v -> conv2d(v[0], v[1], Window.strided(2, 0))),
        op("conv2d, 4×4 stride 2", in(of(2, 6, 8, 2), of(3, 4, 4, 2), of(3)), v -> conv2d(v[0], v[1], v[2], Window.strided(2, 1))),
        op("conv2d, strides apart", in(of(1, 7, 6, 2), of(3, 3, 2, 2)), v -> conv2d(v[0], v[1], window(3, 2, 1, 0, 1, 0, 1, 1, 1))),
        op("conv2d, asymmetric padding", in(of(1, 4, 5, 2), of(3, 3, 3, 2)), v -> conv2d(v[0], v[1], window(2, 2, 0, 0, 1, 1, 1, 1, 1))),
        op("conv2d, four paddings", in(of(1, 3, 4, 2), of(2, 3, 3, 2)), v -> conv2d(v[0], v[1], window(1, 1, 0, 1, 2, 3, 1, 1, 1))),
        op("conv2d, dilation", in(of(1, 7, 6, 2), of(3, 3, 3, 2), of(3)), v -> conv2d(v[0], v[1], v[2], window(1, 1, 2, 2, 2, 2, 2, 2, 1))),
        op("conv2d, dilations and strides apart", in(of(1, 8, 7, 1), of(2, 3, 2, 1)), v -> conv2d(v[0], v[1], window(2, 1, 1, 1, 1, 1, 2, 3, 1))),
        op("conv2d, groups", in(of(2, 4, 4, 4), of(6, 3, 3, 2), of(6)), v -> conv2d(v[0], v[1], v[2], window(1, 1, 1, 1, 1, 1, 1, 1, 2))),
        op("conv2d, depthwise", in(of(1, 5, 4, 3), of(3, 3, 3, 1)), v -> conv2d(v[0], v[1], window(1, 1, 1, 1, 1, 1, 1, 1, 3))),
        op("conv2d, signal", in(of(2, 1, 9, 3), of(4, 1, 3, 3), of(4)), v -> conv2d(v[0], v[1], v[2], window(1, 1, 0, 1, 0, 1, 1, 1, 1))),
        op("conv2d, 7×7", in(of(1, 5, 5, 2), of(3, 7, 7, 2)), v -> conv2d(v[0], v[1], Window.padded(3))),
        op("conv2d, one pixel", in(of(1, 1, 1, 1), of(1, 3, 3, 1)), v -> conv2d(v[0], v[1], Window.padded(1))),
        op("conv2d, last columns unused", in(of(1, 6, 6, 2), of(2, 3, 3, 2)), v -> conv2d(v[0], v[1], Window.strided(2, 0))),
        op("convTranspose2d", in(of(2, 3, 4, 3), of(3, 3, 3, 2)), v -> convTranspose2d(v[0], v[1], Window.padded(1), 0, 0)),
        op("convTranspose2d, doubles", in(of(1, 3, 4, 3), of(3, 4, 4, 2), of(2)), v -> convTranspose2d(v[0], v[1], v[2], Window.strided(2, 1), 0, 0)),
        op("convTranspose2d, extra row and column", in(of(1, 3, 2, 2), of(2, 3, 3, 2)), v -> convTranspose2d(v[0], v[1], Window.strided(2, 1), 1, 1)),
        op("convTranspose2d, groups", in(of(1, 3, 2, 4), of(4, 3, 3, 3), of(6)), v -> convTranspose2d(v[0], v[1], v[2], window(2, 1, 1, 1, 1, 1, 1, 2, 2), 0, 0)));
  }

  private static Stream<OpCase> normalization() {
    return Stream.of(
        op("groupNorm", in(of(2, 3, 2, 6), of(6), of(6)), v -> groupNorm(v[0], v[1], v[2], 3, EPS)),
        op("groupNorm, one group", in(of(2, 5, 4), of(4), of(4)), v -> groupNorm(v[0], v[1], v[2], 1, EPS)),
        op("groupNorm, a group per channel", in(of(2, 5, 4), of(4), of(4)), v -> groupNorm(v[0], v[1], v[2], 4, EPS)),
        op("groupNorm, no positions", in(of(3, 6), of(6), of(6)), v -> groupNorm(v[0], v[1], v[2], 2, EPS)),
        op("groupNorm, one element", in(of(1, 1, 1), of(1), of(1)), v -> groupNorm(v[0], v[1], v[2], 1, EPS)),
        op("groupNormSiLU", in(of(2, 3, 2, 6), of(6), of(6)), v -> groupNormSiLU(v[0], v[1], v[2], 3, EPS)),
        op("groupNormSiLU, steered", in(of(2, 3, 2, 6), of(6), of(6), of(2, 12)), v -> groupNormSiLU(v[0], v[1], v[2], v[3], 3, EPS)),
        op("groupNormSiLU, plus what went around", in(of(2, 3, 2, 6), of(6), of(6), of(2, 3, 2, 6)), v -> groupNormSiLU(v[0], v[1], v[2], 3, EPS, v[3])),
        op("groupNormSiLU, one element", in(of(1, 1, 1), of(1), of(1), of(1, 2)), v -> groupNormSiLU(v[0], v[1], v[2], v[3], 1, EPS)),
        op("groupNorm, without scale and shift", in(of(2, 3, 6)), v -> groupNorm(v[0], 3, EPS)),
        op("instanceNorm", in(of(2, 5, 3), of(3), of(3)), v -> instanceNorm(v[0], v[1], v[2], EPS)),
        op("instanceNorm, without scale and shift", in(of(2, 5, 3)), v -> instanceNorm(v[0], EPS)),
        op("layerNorm", in(of(2, 3, 7), of(7), of(7)), v -> layerNorm(v[0], v[1], v[2], EPS)),
        op("layerNorm, two axes", in(of(4, 3, 2), of(3, 2), of(3, 2)), v -> layerNorm(v[0], v[1], v[2], EPS)),
        op("layerNorm, without scale and shift", in(of(2, 3, 5)), v -> layerNorm(v[0], EPS)),
        op("rmsNorm", in(of(2, 3, 5), of(5)), v -> rmsNorm(v[0], v[1])),
        op("rmsNorm, and what goes around", in(of(2, 3, 5), of(5)), v -> add(rmsNorm(v[0], v[1]), v[0])),
        op("rmsNorm, after a convolution and beside what goes around", in(of(2, 2, 3, 3), of(5, 1, 1, 3), of(5), of(5), of(2, 2, 3, 5)), v -> rmsNorm(Conv2d.unbiased(v[0], v[1], v[2], Window.padded(0)), v[3], Optional.of(v[4]))),
        op("rmsNorm, after linear attention", in(of(2, 3, 4), of(12, 4), of(5, 4), of(5), of(5)), v -> rmsNorm(LinearSelfAttention.unbiased(v[0], v[1], v[2], v[3], 2, 0.5), v[4], Optional.empty())),
        op("rmsNorm, one channel", in(of(4, 1), of(1)), v -> rmsNorm(v[0], v[1])),
        op("scaleShift", in(of(2, 3, 2, 5), of(2, 10)), v -> scaleShift(v[0], v[1])),
        op("scaleShift, no positions", in(of(2, 5), of(2, 10)), v -> scaleShift(v[0], v[1])));
  }

  private static Stream<OpCase> attentions() {
    return Stream.of(
        op("softmax", in(of(2, 3, 5)), v -> softmax(v[0])),
        op("softmax, one channel", in(of(3, 1)), v -> softmax(v[0])),
        op("attention, packed", in(of(2, 5, 3 * 2 * 3)), v -> attention(v[0], 2, 0.6)),
        op("attention, packed image", in(of(1, 2, 3, 3 * 2 * 2)), v -> attention(v[0], 2, 0.7)),
        op("attention, separate", in(of(2, 4, 6), of(2, 5, 6), of(2, 5, 6)), v -> attention(v[0], v[1], v[2], 3, 0.7)),
        op("attention, values wider than keys", in(of(2, 4, 2 * 5), of(2, 3, 2 * 5), of(2, 3, 2 * 6)), v -> attention(v[0], v[1], v[2], 2, 0.7)),
        op("attention, narrow values", in(of(1, 2, 2, 3 * 4), of(1, 5, 3 * 4), of(1, 5, 3)), v -> attention(v[0], v[1], v[2], 3, 0.7)),
        op("attention, one query", in(of(2, 1, 4), of(2, 3, 4), of(2, 3, 4)), v -> attention(v[0], v[1], v[2], 2, 1)),
        op("attention, of a variable to itself", in(of(1, 4, 4)), v -> attention(v[0], v[0], v[0], 2, 0.5)),
        op("attention, one element", in(of(1, 1, 3)), v -> attention(v[0], 1, 1)),
        op("linearAttention, packed", in(of(2, 5, 3 * 2 * 3)), v -> linearAttention(v[0], 2, 0.6)),
        op("linearAttention, packed image", in(of(1, 2, 3, 3 * 2 * 2)), v -> linearAttention(v[0], 2, 0.7)),
        op("linearAttention, separate", in(of(2, 4, 6), of(2, 5, 6), of(2, 5, 6)), v -> linearAttention(v[0], v[1], v[2], 3, 0.7)),
        op("linearAttention, values wider than keys", in(of(2, 4, 2 * 5), of(2, 3, 2 * 5), of(2, 3, 2 * 6)), v -> linearAttention(v[0], v[1], v[2], 2, 0.7)),
        op("linearAttention, narrow values", in(of(5, 2, 2, 3 * 4), of(5, 5, 3 * 4), of(5, 5, 3)), v -> linearAttention(v[0], v[1], v[2], 3, 0.7)),
        op("linearAttention, one element", in(of(1, 1, 3)), v -> linearAttention(v[0], 1, 1)),
        op("recompute", in(of(2, 3), of(2, 3)), v -> recompute(List.of(v[0]), List.of(v[1]), in -> silu(multiply(in.get(0), v[1])))),
        op("linearSelfAttention", in(of(2, 5, 4), of(3 * 2 * 3, 4), of(5, 2 * 3), of(5)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 2, 0.6)),
        op("linearSelfAttention, image", in(of(3, 2, 3, 5), of(3 * 2, 5), of(5, 2), of(5)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 1, 0.7)),
        op("linearSelfAttention, heads of 33", in(of(2, 2, 2), of(3 * 33, 2), of(2, 33), of(2)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 1, 0.7)),
        op("linearSelfAttention, heads of 65", in(of(1, 2, 1), of(3 * 65, 1), of(1, 65), of(1)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 1, 0.7)),
        op("linearSelfAttention, one element", in(of(1, 1, 1), of(3, 1), of(1, 1), of(1)), v -> linearSelfAttention(v[0], v[1], v[2], v[3], 1, 1)));
  }

  private static Stream<OpCase> moves() {
    return Stream.of(
        op("concatenate", in(of(2, 3), of(2, 1), of(2, 4)), v -> concatenate(v[0], v[1], v[2])),
        op("concatenate, first axis", in(of(2, 3), of(1, 3)), v -> concatenate(0, v[0], v[1])),
        op("concatenate, middle axis", in(of(2, 1, 3), of(2, 4, 3)), v -> concatenate(1, v[0], v[1])),
        op("concatenate, of one", in(of(2, 3)), v -> concatenate(v[0])),
        op("concatenate, the same twice", in(of(2, 3)), v -> concatenate(v[0], v[0])),
        op("slice, channels", in(of(2, 3, 5)), v -> slice(v[0], -1, 1, 4)),
        op("slice, first axis", in(of(4, 3)), v -> slice(v[0], 0, 2, 3)),
        op("slice, middle axis", in(of(2, 5, 3)), v -> slice(v[0], 1, 0, 2)),
        op("slice, everything", in(of(2, 3)), v -> slice(v[0], 1, 0, 3)),
        op("reshape", in(of(2, 3, 4)), v -> reshape(v[0], of(6, 4))),
        op("expand", in(of(2, 3)), v -> expand(v[0], 4)),
        op("expand, a number", in(of()), v -> expand(v[0], 3)),
        op("permute", in(of(2, 3, 4, 5)), v -> permute(v[0], 0, 3, 1, 2)),
        op("permute, transpose", in(of(3, 4)), v -> permute(v[0], 1, 0)),
        op("permute, nothing", in(of(3, 4)), v -> permute(v[0], 0, 1)),
        op("upsampleNearest", in(of(2, 2, 3, 3)), v -> upsampleNearest(v[0], 2)),
        op("upsampleNearest, by three", in(of(1, 2, 1, 3)), v -> upsampleNearest(v[0], 3)),
        op("averagePool", in(of(2, 4, 6, 3)), v -> averagePool(v[0], 2)),
        op("averagePool, odd sizes", in(of(1, 5, 7, 2)), v -> averagePool(v[0], 2)),
        op("averagePool, by three", in(of(1, 6, 7, 2)), v -> averagePool(v[0], 3)),
        op("pixelUnshuffle", in(of(2, 4, 6, 3)), v -> pixelUnshuffle(v[0], 2)),
        op("pixelUnshuffle, twice", in(of(1, 4, 2, 3)), v -> multiply(pixelUnshuffle(v[0], 2), pixelUnshuffle(v[0], 2))),
        op("pixelShuffle", in(of(2, 2, 3, 8)), v -> pixelShuffle(v[0], 2)),
        op("pixelShuffle, by three", in(of(1, 2, 1, 18)), v -> pixelShuffle(v[0], 3)));
  }

  private static Stream<OpCase> reductions() {
    return Stream.of(
        op("sum", in(of(2, 3, 5)), v -> sum(v[0])),
        op("sum, of one", in(of()), v -> sum(v[0])),
        op("mean", in(of(2, 3, 5)), v -> mean(v[0])),
        op("meanSquaredError", in(of(3, 2, 4), of(3, 2, 4), of(3)), v -> meanSquaredError(v[0], v[1], v[2])).constant(2),
        op("meanSquaredError, only of the target", in(of(3, 4), of(3, 4), of(3)), v -> meanSquaredError(v[0], v[1], v[2])).constant(0).constant(2),
        op("meanSquaredError, vector", in(of(5), of(5), of(5)), v -> meanSquaredError(v[0], v[1], v[2])).constant(1).constant(2));
  }

  // spotless:on

  private static Window window(
      int strideH,
      int strideW,
      int top,
      int left,
      int bottom,
      int right,
      int dilationH,
      int dilationW,
      int groups) {
    return new Window(strideH, strideW, top, left, bottom, right, dilationH, dilationW, groups);
  }
}
