package brume.autograd.function;

import static brume.autograd.function.attention.DotProductAttention.dotProductAttention;
import static brume.autograd.function.norm.LayerNorm.layerNorm;
import static brume.autograd.function.reduce.Distance.distance;
import static brume.autograd.function.resample.AverageWindows.adaptiveAverage;
import static brume.autograd.function.resample.AverageWindows.averageWindows;
import static brume.autograd.function.resample.MaxPool.maxPool;
import static brume.autograd.function.resample.Resize.resizeNearest;
import static brume.autograd.function.shape.Embedding.embedding;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Gather.gather;
import static brume.autograd.function.shape.MapAxis.mapAxis;
import static brume.autograd.function.shape.Pad.pad;
import static brume.autograd.function.shape.Pad.padReflected;
import static brume.autograd.function.shape.Permute.transpose;
import static brume.autograd.function.shape.Repeat.repeat;
import static brume.autograd.function.shape.Select.select;
import static brume.autograd.function.shape.Slice.slice;
import static brume.autograd.function.shape.Split.chunk;
import static brume.autograd.function.shape.Split.split;
import static brume.autograd.function.shape.Stack.stack;
import static brume.autograd.function.shape.Triangle.tril;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.autograd.function.attention.AttentionMask;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.PoolGeometry.Window;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LookupMessagesTest {

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
        refusal("mapAxis: expected a map of 3 inputs for axis 1 of x (2, 3), got a map of 2 inputs to 1 outputs by 1 terms", () -> mapAxis(v(2, 3), 1, AxisMap.select(2, 0))),
        refusal("select: expected indexes from 0 to 2 for axis -1 of x (2, 3), got -1 at 1", () -> select(v(2, 3), -1, 0, -1)),
        refusal("embedding: expected a table of shape (V, D), got (2, 3, 4)", () -> embedding(v(2, 3, 4), Shape.of(1), 0)),
        refusal("embedding: expected 4 indexes for shape (2, 2), got 3", () -> embedding(v(2, 3), Shape.of(2, 2), 0, 1, 0)),
        refusal("gather: expected indexes from 0 to 2 for axis 1 of x (2, 3), got 3 at 0", () -> gather(v(2, 3), 1, Shape.of(1, 1), 3)),
        refusal("gather: expected indexes of a shape no larger than x (2, 3) but along axis 1, got (3, 1)", () -> gather(v(2, 3), 1, Shape.of(3, 1), 0, 1, 2)),
        refusal("expand: expected a shape that ends with the sizes of x (2, 3) where they are not 1, got (2, 4)", () -> expand(v(2, 3), Shape.of(2, 4))),
        refusal("pad: expected something to be left of axis 1 of x (2, 3), got -1 before and -2 after", () -> pad(v(2, 3), 1, -1, -2, 0)),
        refusal("padReflected: expected to add fewer than the 3 of axis 1 of x (2, 3), got 3 and 0", () -> padReflected(v(2, 3), 1, 3, 0)),
        refusal("slice: expected a step of 1 or more, got 0 for x (2, 3)", () -> slice(v(2, 3), 1, 0, 2, 0)),
        refusal("shape: expected an axis from -2 to 1 of (2, 3), got 2", () -> transpose(v(2, 3), 0, 2)),
        refusal("repeat: expected n of 1 or more, got 0 for x (2, 3)", () -> repeat(v(2, 3), 0, 0)),
        refusal("split: expected sizes that add up to the 3 of axis 1 of x (2, 3), got 2", () -> split(v(2, 3), 1, 1, 1)),
        refusal("chunk: expected chunks of 1 or more, got 0 for x (2, 3)", () -> chunk(v(2, 3), 1, 0)),
        refusal("stack: expected at least one variable, got none", () -> stack(0)),
        refusal("stack: expected equal shapes, got (2) and (3)", () -> stack(0, v(2), v(3))),
        refusal("stack: expected an axis from -2 to 1 for x (2), got 2", () -> stack(2, v(2))),
        refusal("tril: expected x of shape (..., M, N), got (3)", () -> tril(v(3), 0)),
        refusal("layerNorm: expected 1 to 2 axes to normalize of x (2, 3), got 3", () -> layerNorm(v(2, 3), 3, 1e-5)),
        refusal("layerNorm: expected gamma and beta of the shape of the last axes of x (2, 3), got (3) and (2)", () -> layerNorm(v(2, 3), v(3), v(2), 1e-5)),
        refusal("resizeNearest: expected a height and width of 1 or more, got 0 and 2 for x (1, 2, 2, 1)", () -> resizeNearest(v(1, 2, 2, 1), 0, 2)),
        refusal("adaptiveAverage: expected x of shape (N, H, W, C), got (2, 3)", () -> adaptiveAverage(v(2, 3), 1, 1)),
        refusal("pool: expected padding of at most half the window 2×2, got (2, 2)", () -> Window.square(2, 2, 2)),
        refusal("pool: expected windows no larger than the padded image, got x (1, 2, 2, 1) and Window[kh=3, kw=3, strideH=1, strideW=1, padH=0, padW=0, dilationH=1, dilationW=1, roundUp=false]", () -> maxPool(v(1, 2, 2, 1), Window.square(3, 1, 0))),
        refusal("averageWindows: expected windows without dilation, got Window[kh=1, kw=1, strideH=1, strideW=1, padH=0, padW=0, dilationH=2, dilationW=1, roundUp=false]", () -> averageWindows(v(1, 2, 2, 1), new Window(1, 1, 1, 1, 0, 0, 2, 1, false))),
        refusal("distance: expected a (M, D) and b (K, D) to share D, got a (2, 3) and b (2, 4)", () -> distance(v(2, 3), v(2, 4))),
        refusal("dotProductAttention: expected q (..., LQ, D), k (..., LK, D) and v (..., LK, DV), got q (2, 3), k (4, 3) and v (3, 3)", () -> dotProductAttention(v(2, 3), v(4, 3), v(3, 3), AttentionMask.none(), 1)));
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
