package brume.autograd.function;

import static brume.autograd.einsum.Axis.axis;
import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.conv.ConvTranspose2d.convTranspose2d;
import static brume.autograd.function.linear.AddBias.addBias;
import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static brume.autograd.function.norm.GroupNorm.groupNorm;
import static brume.autograd.function.norm.GroupNormSiLU.groupNormSiLU;
import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Clamp.clamp;
import static brume.autograd.function.pointwise.Divide.divide;
import static brume.autograd.function.pointwise.Dropout.dropout;
import static brume.autograd.function.pointwise.Where.where;
import static brume.autograd.function.reduce.Amax.amax;
import static brume.autograd.function.reduce.Reduce.reduce;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.reduce.Variance.variance;
import static brume.autograd.function.resample.AveragePool.averagePool;
import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Rearrange.rearrange;
import static brume.autograd.function.shape.Repeat.repeat;
import static brume.autograd.function.shape.Slice.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.autograd.function.loss.Labeling;
import brume.autograd.function.reduce.Reduce.By;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry.Window;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.random.RandomKey;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShapeMessagesTest {

  @ParameterizedTest
  @MethodSource("refusals")
  void sayWhatWasExpectedAndWhatWasGiven(String sentence, Executable call) {
    try (Scope scope = Scope.open()) {
      Exception e = assertThrows(IllegalArgumentException.class, call);
      assertEquals(sentence, e.getMessage());
    }
  }

  // spotless:off
  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("add: expected sizes that are equal or 1, counted from the last axis, got a (2, 3) and b (2)", () -> add(v(2, 3), v(2))),
        refusal("divide: expected sizes that are equal or 1, counted from the last axis, got a (2, 3, 1) and b (3, 3, 1)", () -> divide(v(2, 3, 1), v(3, 3, 1))),
        refusal("where: expected a constant mask, got a variable that requires a gradient", () -> where(v(2), v(2), v(2))),
        refusal("sum: expected different axes from -2 to 1 of x (2, 3), got [2]", () -> sum(v(2, 3), Axes.of(2))),
        refusal("sum: expected different axes from -2 to 1 of x (2, 3), got [1, -1]", () -> sum(v(2, 3), Axes.of(1, -1))),
        refusal("amax: expected at least one number along axes [0], got x (0, 3)", () -> amax(v(0, 3), Axes.of(0))),
        refusal("variance: expected more than p = 1 numbers along axes [1], got x (3, 1)", () -> variance(v(3, 1), Axes.of(1), 1)),
        refusal("softmax: expected an axis of x (2, 3), got 2", () -> softmax(v(2, 3), 2)),
        refusal("crossEntropy: expected two equal shapes, got a (2, 3) and b (2)", () -> crossEntropy(v(2, 3), v(2))),
        refusal("labeling: expected labels from 0 to 4, or -100 to ignore, got 5", () -> Labeling.of(5).distributions(0, 5)),
        refusal("labeling: expected smoothing from 0 to 1, got 1.5", () -> Labeling.of(5).smoothed(1.5)),
        refusal("addBias: expected bias of shape (3), one per channel of x (2, 3), got (2)", () -> addBias(v(2, 3), v(2))),
        refusal("matmul: expected a (M, K) and b (K, N) to share K, got a (2, 3) and b (4, 5)", () -> matmul(v(2, 3), v(4, 5))),
        refusal("matmul: expected a (B, M, K) and b (B, K, N) to share B, got a (2, 3, 4) and b (3, 4, 5)", () -> matmul(v(2, 3, 4), v(3, 4, 5))),
        refusal("matmul: expected a (M, K) and b (K, N) to share K, got a (2, 1) and b (4)", () -> matmul(v(2, 1), v(4))),
        refusal("matmul: expected a (..., M, K) or (K) and b (..., K, N) or (K), got a () and b (2)", () -> matmul(v(), v(2))),
        refusal("einsum: expected index j of \"ij,jk->ik\" to have one size, got 4 in operand 0 (3, 4) and 3 in operand 1 (3, 5)", () -> einsum("ij,jk->ik", v(3, 4), v(3, 5))),
        refusal("rearrange: expected axis 1 of x (2, 7) to be a multiple of h = 2 for \"b (h w) -> b h w\", got 7", () -> rearrange("b (h w) -> b h w", v(2, 7), axis("h", 2))),
        refusal("rearrange: expected axis 1 of x (2, 7) to have size h·w = 6 for \"b (h w) -> b h w\", got 7", () -> rearrange("b (h w) -> b h w", v(2, 7), axis("h", 2), axis("w", 3))),
        refusal("rearrange: expected at most one unknown size per axis for \"b (h w) -> b h w\", got unknown h, w", () -> rearrange("b (h w) -> b h w", v(2, 7))),
        refusal("rearrange: expected x of 2 axes for \"a b -> b a\", got (2, 3, 4)", () -> rearrange("a b -> b a", v(2, 3, 4))),
        refusal("rearrange: expected x of at least 2 axes for \"a b ... -> ... b a\", got (2)", () -> rearrange("a b ... -> ... b a", v(2))),
        refusal("rearrange: expected axis 0 of x (2, 3) to have size 1 = 1 for \"1 b -> b\", got 2", () -> rearrange("1 b -> b", v(2, 3))),
        refusal("rearrange: expected all axes before the arrow to go behind it in \"a b -> a\", got b only there", () -> rearrange("a b -> a", v(2, 3))),
        refusal("repeat: expected a size for every new axis for \"a -> a b\", got none for b", () -> repeat("a -> a b", v(2))),
        refusal("reduce: expected all axes behind the arrow to come from before it in \"a -> a b\", got b only there", () -> reduce("a -> a b", By.SUM, v(2))),
        refusal("reduce: expected sizes of axes it names, each once for \"a b -> a\", got c = 2", () -> reduce("a b -> a", By.SUM, v(2, 3), axis("c", 2))),
        refusal("axis: expected a size of 1 or more, got h = 0", () -> axis("h", 0)),
        refusal("linear: expected x (..., In) with In = 3 as in weight (5, 3), got x (2, 4)", () -> linear(v(2, 4), v(5, 3))),
        refusal("linear: expected weight of shape (Out, In), got (3)", () -> linear(v(2, 3), v(3))),
        refusal("linear: expected bias of shape (5), one per output of weight (5, 3), got (3)", () -> linear(v(2, 3), v(5, 3), v(3))),
        refusal("conv2d: expected x of shape (N, H, W, Cin), got (5, 5, 3)", () -> conv2d(v(5, 5, 3), v(4, 3, 3, 3), Window.padded(1))),
        refusal("conv2d: expected bias of shape (4), one per output of weight (4, 3, 3, 3), got (3)", () -> conv2d(v(1, 5, 5, 3), v(4, 3, 3, 3), v(3), Window.padded(1))),
        refusal("convTranspose2d: expected weight (Cin, KH, KW, Cout / groups) with Cin = 3 as in x (1, 5, 5, 3), got weight (4, 3, 3, 3)", () -> convTranspose2d(v(1, 5, 5, 3), v(4, 3, 3, 3), Window.padded(1), 0, 0)),
        refusal("groupNorm: expected groups to divide the channels, got groups = 3 and C = 4 of x (2, 5, 4)", () -> groupNorm(v(2, 5, 4), v(4), v(4), 3, 1e-5)),
        refusal("groupNorm: expected gamma of shape (4), one per channel of x (2, 5, 4), got (2)", () -> groupNorm(v(2, 5, 4), v(2), v(4), 2, 1e-5)),
        refusal("groupNormSiLU: expected scaleShift (N, 2C) of shape (2, 8) for x (2, 5, 4), got (2, 4)", () -> groupNormSiLU(v(2, 5, 4), v(4), v(4), v(2, 4), 2, 1e-5)),
        refusal("rmsNorm: expected g of shape (4), one per channel of x (2, 4), got (2)", () -> rmsNorm(v(2, 4), v(2))),
        refusal("scaleShift: expected x of shape (N, ..., C), got (4)", () -> scaleShift(v(4), v(1, 8))),
        refusal("softmax: expected x of shape (..., C), got ()", () -> softmax(v())),
        refusal("attention: expected qkv of shape (N, ..., 3·heads·D) with heads = 2, got (1, 4, 9)", () -> attention(v(1, 4, 9), 2, 1)),
        refusal("attention: expected k of shape (N, ..., heads·D) with N and channels of q (1, 4, 6), got (1, 5, 4)", () -> attention(v(1, 4, 6), v(1, 5, 4), v(1, 5, 6), 2, 1)),
        refusal("attention: expected v of the shape of k (1, 5, 6) but for its channels, heads·DV with heads = 2, got (1, 4, 6)", () -> attention(v(1, 4, 6), v(1, 5, 6), v(1, 4, 6), 2, 1)),
        refusal("attention: expected v of the shape of k (1, 5, 6) but for its channels, heads·DV with heads = 2, got (1, 5, 7)", () -> attention(v(1, 4, 6), v(1, 5, 6), v(1, 5, 7), 2, 1)),
        refusal("concatenate: expected shapes that differ only in axis -1, got [(2, 3), (3, 3)]", () -> concatenate(v(2, 3), v(3, 3))),
        refusal("concatenate: expected at least one variable, got none", () -> concatenate()),
        refusal("slice: expected a range within 0 to 3 along axis -1 of x (2, 3), got 1 to 4", () -> slice(v(2, 3), -1, 1, 4)),
        refusal("slice: expected a range within 0 to 3 along axis 1 of x (2, 3), got 2 to 2", () -> slice(v(2, 3), 1, 2, 2)),
        refusal("expand: expected n of 1 or more, got 0 for x (2)", () -> expand(v(2), 0)),
        refusal("permute: expected each axis of x (2, 3, 4) once, got [0, 2, 2]", () -> permute(v(2, 3, 4), 0, 2, 2)),
        refusal("permute: expected each axis of x (2, 3, 4) once, got [1, 0]", () -> permute(v(2, 3, 4), 1, 0)),
        refusal("upsampleNearest: expected x of shape (N, H, W, C), got (2, 3)", () -> upsampleNearest(v(2, 3), 2)),
        refusal("upsampleNearest: expected a factor of 1 or more, got 0 for x (1, 2, 2, 1)", () -> upsampleNearest(v(1, 2, 2, 1), 0)),
        refusal("averagePool: expected images of at least 4×4 pixels, got x (1, 2, 8, 1)", () -> averagePool(v(1, 2, 8, 1), 4)),
        refusal("pixelUnshuffle: expected factor to divide height and width, got factor = 2 and x (1, 4, 5, 1)", () -> pixelUnshuffle(v(1, 4, 5, 1), 2)),
        refusal("pixelShuffle: expected factor² to divide the channels, got factor = 2 and x (1, 4, 5, 6)", () -> pixelShuffle(v(1, 4, 5, 6), 2)),
        refusal("dropout: expected a rate of at least 0 and below 1, got 1.0", () -> dropout(v(2), RandomKey.of(0), 1)),
        refusal("clamp: expected low to be at most high, got low 1.0 and high -1.0", () -> clamp(v(2), 1, -1)),
        refusal("meanSquaredError: expected x and target of one shape (N, ...), got x (2, 3) and target (2, 4)", () -> meanSquaredError(v(2, 3), v(2, 4), v(2))),
        refusal("meanSquaredError: expected weights of shape (2), one per sample of x (2, 3), got (3)", () -> meanSquaredError(v(2, 3), v(2, 3), v(3))),
        refusal("meanSquaredError: expected constant weights, got a variable that requires a gradient", () -> meanSquaredError(v(2, 3), v(2, 3), v(2))));
  }
  // spotless:on

  private static Arguments refusal(String sentence, Executable call) {
    return Arguments.of(sentence, call);
  }

  private static Variable v(int... dims) {
    Shape shape = Shape.of(dims);
    return Variable.parameter(Tensor.of(Backends.reference(), shape, new double[shape.size()]));
  }
}
