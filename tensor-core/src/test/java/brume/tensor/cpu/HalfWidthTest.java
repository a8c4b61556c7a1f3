package brume.tensor.cpu;

import static brume.tensor.cpu.Floats.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.DType;
import brume.tensor.DTypeException;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvGeometry.Window;
import brume.tensor.kernel.MatmulGeometry;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products with weights of half width have the bits of those with the same numbers in full width. */
class HalfWidthTest {

  private static final Backend CPU = Backends.cpu(), REFERENCE = Backends.reference();

  private final Random random = new Random(7);

  /** Computes with weights in 16 bits, in single precision, and on the reference backend in 16 bits. */
  private void check(Shape x, Shape w, DType dtype, BiFunction<Tensor, Tensor, Tensor> product) {
    try (Scope scope = Scope.open()) {
      float[] xs = random(random, x.size());
      Tensor halves = Tensor.empty(CPU, w, dtype);
      halves.copyFrom(random(random, w.size()));
      Tensor wide = Tensor.of(CPU, w, halves.toFloats());
      float[] narrow = product.apply(Tensor.of(CPU, x, xs), halves).toFloats();
      assertArrayEquals(product.apply(Tensor.of(CPU, x, xs), wide).toFloats(), narrow);

      Tensor exact = Tensor.empty(REFERENCE, w, dtype);
      exact.copyFrom(halves.toFloats());
      double[] expected = product.apply(Tensor.of(REFERENCE, x, xs), exact).toDoubles();
      double largest = 0;
      for (double value : expected) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], narrow[i], 1e-5 * largest);
      }
    }
  }

  @ParameterizedTest(name = "{0} rows, {1} to {2}, {3}")
  @CsvSource({
    "1, 40, 50, F16",
    "2, 320, 1280, BF16",
    "7, 5, 3, F16",
    "33, 40, 100, BF16",
    "154, 768, 320, F16",
    "200, 100, 77, F16"
  })
  void productsOfALayer(int rows, int in, int out, DType dtype) {
    check(Shape.of(rows, in), Shape.of(out, in), dtype, (x, w) -> {
      Tensor y = x.like(Shape.of(rows, out));
      Backend.of(x)
          .matmul()
          .matmul(MatmulGeometry.single(rows, out, in, false, true), 1, x, w, 0, y);
      return y;
    });
  }

  @Test
  void productsWithAFactorAndWithRowsInPlaceOfColumns() {
    check(Shape.of(40, 70), Shape.of(70, 90), DType.F16, (x, w) -> {
      Tensor y = Tensor.of(x.device(), Shape.of(40, 90), new float[40 * 90]);
      Backend.of(x)
          .matmul()
          .matmul(MatmulGeometry.single(40, 90, 70, false, false), 0.5, x, w, 1, y);
      return y;
    });
  }

  @ParameterizedTest(name = "{0}x{1}x{1}x{2} to {3}, filters {4}x{4} in {5} groups, step {6}")
  @CsvSource({
    "2, 16, 32, 48, 3, 1, 1", // Winograd, strip by strip
    "2, 8, 160, 160, 3, 1, 1", // panel by panel
    "1, 4, 32, 64, 3, 1, 1", // few pixels
    "2, 16, 32, 24, 3, 1, 2",
    "2, 9, 12, 24, 3, 3, 1",
    "2, 9, 32, 40, 1, 1, 1",
    "2, 16, 4, 32, 3, 1, 1"
  })
  void convolutions(int n, int side, int cin, int cout, int size, int groups, int step) {
    Window window = new Window(step, step, size / 2, size / 2, size / 2, size / 2, 1, 1, groups);
    Shape image = Shape.of(n, side, side, cin), filters = Shape.of(cout, size, size, cin / groups);
    ConvGeometry at = ConvGeometry.of(image, filters, window);
    for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
      check(image, filters, dtype, (x, w) -> {
        Tensor y = x.like(at.y());
        Backend.of(x).convolution().conv2d(at, x, w, y);
        return y;
      });
      check(at.y(), filters, dtype, (dy, w) -> {
        Tensor dx = dy.like(image);
        Backend.of(dy).convolution().conv2dInputGrad(at, w, dy, dx);
        return dx;
      });
    }
  }

  @Test
  void otherKernelsRefuseThem() {
    try (Scope scope = Scope.open()) {
      Tensor halves = Tensor.empty(CPU, Shape.of(4), DType.F16);
      Tensor y = Tensor.empty(CPU, Shape.of(4));
      DTypeException refused =
          assertThrows(DTypeException.class, () -> CPU.elementwise().addPerChannel(halves, y, y));
      assertTrue(String.valueOf(refused.getMessage()).contains("got f16"), refused.getMessage());
    }
  }

  @Test
  void theyTakeHalfTheRoomAndGiveItBack() {
    try (Scope outer = Scope.open()) {
      long before = CPU.liveBytes();
      try (Scope scope = Scope.open()) {
        Tensor.empty(CPU, Shape.of(1000), DType.BF16);
        assertEquals(before + 2000, CPU.liveBytes());
      }
      assertEquals(before, CPU.liveBytes());
    }
  }
}
