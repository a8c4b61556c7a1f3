package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import brume.autograd.Variable;
import brume.autograd.function.conv.Conv2d;
import brume.autograd.function.conv.ConvTranspose2d;
import brume.autograd.function.loss.Labeling;
import brume.autograd.function.resample.MaxPool;
import brume.autograd.function.resample.PixelShuffle;
import brume.autograd.function.resample.PixelUnshuffle;
import brume.autograd.function.resample.UpsampleNearest;
import brume.autograd.function.shape.Concatenate;
import brume.autograd.function.shape.Expand;
import brume.autograd.function.shape.Pad;
import brume.autograd.function.shape.Repeat;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.PoolGeometry;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes whose sum or product no 32 bits hold are refused with a sentence, before memory is asked for. */
class OverflowTest {

  private static final int MANY = Integer.MAX_VALUE;
  private static final int ROOT = 1 << 16; // its square is 2^32, of which 32 bits are 0

  static Stream<Arguments> functions() {
    return Stream.of(
        of("shape", Shape.of(1), x -> like(x, Shape.of(ROOT, ROOT))),
        of("shape", Shape.of(1), x -> like(x, Shape.of(MANY, 28, 28, 1))),
        of("upsampleNearest", image(2), x -> UpsampleNearest.upsampleNearest(x, 1 << 30)),
        of("upsampleNearest", image(4), x -> UpsampleNearest.upsampleNearest(x, 1 << 30)),
        of("pixelShuffle", Shape.of(1, MANY, 1, 0), x -> PixelShuffle.pixelShuffle(x, 2)),
        of("pixelShuffle", image(1), x -> PixelShuffle.pixelShuffle(x, ROOT)),
        of("pixelUnshuffle", Shape.of(1, ROOT, 0, 1), x -> PixelUnshuffle.pixelUnshuffle(x, ROOT)),
        of("repeat", Shape.of(2), x -> Repeat.repeatInterleave(x, 0, 1 << 30)),
        of("repeat", Shape.of(4), x -> Repeat.repeat(x, 0, 1 << 30)),
        of("shape", Shape.of(2), x -> Expand.expand(x, 1 << 30)),
        of("pad", Shape.of(2), x -> Pad.pad(x, 0, MANY, 0, 0)),
        of("pad", Shape.of(2), x -> Pad.pad(x, 0, MANY, MANY, 0)),
        of("concatenate", Shape.of(MANY, 0), x -> Concatenate.concatenate(0, x, x)),
        of("conv2d", image(2), x -> conv(x, 1, MANY, 1)),
        of("conv2d", image(2), x -> conv(x, 2, 1, MANY)),
        of("convTranspose2d", image(2), x -> transposed(x, MANY, 0, 1)),
        of("convTranspose2d", image(2), x -> transposed(x, 1, 0, MANY)),
        of("pool", image(2), x -> pooled(x, 2, MANY)),
        of("pool", image(2), x -> pooled(x, MANY, 2)),
        of("shape", Shape.of(1), x -> {
          Labeling.of(ROOT).distributions(new int[ROOT]);
          return x;
        }));
  }

  private static Arguments of(String sentence, Shape x, UnaryOperator<Variable> function) {
    return arguments(sentence, x, function);
  }

  private static Shape image(int size) {
    return Shape.of(1, size, size, 1);
  }

  private static Variable like(Variable x, Shape shape) {
    return Variable.constant(x.value().like(shape));
  }

  private static Variable conv(Variable x, int filter, int padding, int dilation) {
    return Conv2d.conv2d(
        x,
        like(x, Shape.of(1, filter, filter, 1)),
        new ConvGeometry.Window(1, 1, padding, padding, padding, padding, dilation, dilation, 1));
  }

  private static Variable transposed(Variable x, int stride, int padding, int dilation) {
    return ConvTranspose2d.convTranspose2d(
        x,
        like(x, Shape.of(1, 2, 2, 1)),
        new ConvGeometry.Window(
            stride, stride, padding, padding, padding, padding, dilation, dilation, 1),
        0,
        0);
  }

  private static Variable pooled(Variable x, int window, int dilation) {
    return MaxPool.maxPool(
        x, new PoolGeometry.Window(window, window, 1, 1, 0, 0, dilation, dilation, false));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void areRefused(String sentence, Shape shape, UnaryOperator<Variable> function) {
    for (Backend backend : new Backend[] {Backends.cpu(), Backends.reference()}) {
      try (Scope scope = Scope.open()) {
        Variable x = Variable.constant(Tensor.of(backend, shape, new float[shape.size()]));
        String message =
            assertThrows(ShapeException.class, () -> function.apply(x)).getMessage();
        assertTrue(message.startsWith(sentence), message);
        assertTrue(message.matches(".*: expected .*, got .*"), message);
      }
    }
  }

  @Test
  void aProductOfSizesIsTheirProduct() {
    assertEquals(1, Shape.product());
    assertEquals(MANY, Shape.product(MANY, 1));
    assertEquals(0, Shape.product(ROOT, ROOT, 0));
    assertEquals(0, Shape.product(0, MANY, MANY));
    assertThrows(ShapeException.class, () -> Shape.product(-1, 0));
    String message =
        assertThrows(ShapeException.class, () -> Shape.product(MANY, 784)).getMessage();
    assertEquals("shape: expected fewer than 2^31 elements, got (2147483647, 784)", message);
  }
}
