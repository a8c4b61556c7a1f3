package brume.tensor.cpu;

import static brume.tensor.cpu.Floats.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvGeometry.Window;
import brume.tensor.kernel.MatmulGeometry;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products with weights that were kept in panels have the bits of those with weights as they are. */
class RepeatedWeightsTest {

  private static final int ENOUGH = 7;

  private final Random random = new Random(11);

  /** Multiplies as often as it takes to keep the weights, writes them, and does so again. */
  private void check(Shape x, Shape w, BiFunction<CpuMatmul, Tensor[], Tensor> product) {
    FloatPool pool = new FloatPool();
    try (Scope scope = Scope.open();
        Workers workers = new Workers(2)) {
      KeptWeights kept = new KeptWeights(1 << 24);
      CpuMatmul keeping = new CpuMatmul(workers, pool, kept);
      CpuMatmul never = new CpuMatmul(workers, pool, new KeptWeights(0));
      Tensor weights = Tensor.empty(Backends.cpu(), w);
      for (int change = 0; change < 2; change++) {
        weights.copyFrom(random(random, w.size()));
        for (int i = 0; i < ENOUGH; i++) {
          Tensor[] factors = {Tensor.of(Backends.cpu(), x, random(random, x.size())), weights};
          float[] expected = product.apply(never, factors).toFloats();
          assertArrayEquals(expected, product.apply(keeping, factors).toFloats(), "call " + i);
        }
        assertTrue(kept.bytes() > 0, "kept");
      }
    }
  }

  @ParameterizedTest(name = "{0} rows, {1} to {2}")
  @CsvSource({
    "1, 40, 50",
    "1, 800, 70",
    "2, 320, 640",
    "31, 900, 33",
    "20, 64, 10",
    "33, 40, 100",
    "200, 700, 96",
    "49, 128, 384"
  })
  void products(int m, int k, int n) {
    check(Shape.of(m, k), Shape.of(n, k), (matmul, factors) -> {
      Tensor y = factors[0].like(Shape.of(m, n));
      MatmulGeometry at = MatmulGeometry.single(m, n, k, false, true);
      matmul.matmul(at, 1, factors[0], factors[1], 0, y);
      return y;
    });
  }

  @ParameterizedTest(name = "{0}x{0}, {1} to {2}, filters of {3}x{3}")
  @CsvSource({
    "4, 96, 80, 3", // few pixels
    "4, 700, 32, 3",
    "7, 64, 160, 3", // Winograd, panel by panel
    "14, 32, 48, 3", // and strip by strip, kept at the points
    "28, 16, 16, 3",
    "14, 64, 80, 3", // too many for that
    "9, 24, 20, 3", // patches
    "12, 3, 32, 7",
    "6, 40, 100, 1"
  })
  void convolutions(int size, int from, int to, int filter) {
    check(Shape.of(1, size, size, from), Shape.of(to, filter, filter, from), (matmul, factors) -> {
      FloatPool pool = new FloatPool();
      Tensor y = factors[0].like(Shape.of(1, size, size, to));
      ConvGeometry at =
          ConvGeometry.of(factors[0].shape(), factors[1].shape(), Window.padded(filter / 2));
      try (Workers workers = new Workers(2)) {
        new CpuConvolution(workers, pool, matmul).conv2d(at, factors[0], factors[1], y);
      }
      return y;
    });
  }

  @Test
  void weightsInAnArrayOfFreedOnesAreTheirOwn() {
    CpuBackend backend = new CpuBackend(1);
    MatmulGeometry at = MatmulGeometry.single(1, 16, 16, false, true);
    for (int model = 1; model < 4; model++) {
      try (Scope scope = Scope.open()) {
        Tensor w = Tensor.empty(backend, Shape.of(16, 16));
        Tensor x = Tensor.empty(backend, Shape.of(1, 16)), y = x.like();
        backend.elementwise().fill(model, w);
        backend.elementwise().fill(1, x);
        for (int i = 0; i < ENOUGH; i++) {
          backend.matmul().matmul(at, 1, x, w, 0, y);
        }
        assertEquals(16 * model, y.toFloats()[5]);
      }
    }
  }
}
