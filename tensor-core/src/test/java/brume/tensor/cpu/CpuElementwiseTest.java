package brume.tensor.cpu;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.BinaryFunction;
import brume.tensor.kernel.BroadcastGeometry;
import brume.tensor.kernel.SgdCoefficients;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Elementwise kernels, losses, optimizers: all that runs over arrays in step. */
class CpuElementwiseTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 33, 16384, 40001})
  void arithmeticEqualsItsDefinition(int size) {
    Parity.check("arithmetic of " + size, (backend, in) -> {
      Tensor a = in.normal(size), b = in.normal(size);
      Tensor sum = a.like(), product = a.like(), mixed = a.like(), affine = a.like();
      Tensor clamped = a.like(), dx = a.like(), filled = a.like(), inPlace = in.normal(size);
      backend.elementwise().add(a, b, sum);
      backend.elementwise().multiply(a, b, product);
      backend.elementwise().mix(0.3, a, -1.7, b, mixed);
      backend.elementwise().affine(0.3, a, -1.7, affine);
      backend.elementwise().clamp(a, -1, 1.5, clamped);
      backend.elementwise().clampGrad(a, -1, 1.5, b, dx);
      backend.elementwise().fill(3, filled);
      backend.elementwise().add(inPlace, b, inPlace);
      return List.of(sum, product, mixed, affine, clamped, dx, filled, inPlace);
    });
  }

  @ParameterizedTest
  @EnumSource
  void functionsOfTwoNumbersEqualTheirDefinitions(BinaryFunction f) {
    for (int[] ofB : new int[][] {{}, {2100}, {17, 1}, {17, 2100}, {3, 1, 1}, {3, 17, 2100}}) {
      Parity.check(f + " with " + Arrays.toString(ofB), (backend, in) -> {
        Tensor a = in.normalAbout(2, 0.1, 17, 2100), b = in.normalAbout(2, 0.1, ofB);
        BroadcastGeometry at = BroadcastGeometry.of("test", a.shape(), b.shape());
        Tensor dy = in.normal(at.y().toArray()), y = dy.like(), da = dy.like(), db = dy.like();
        backend.elementwise().combine(f, at, a, b, y);
        backend.elementwise().combineGradA(f, at, a, b, dy, da);
        backend.elementwise().combineGradB(f, at, a, b, dy, db);
        return List.of(y, da, db);
      });
    }
  }

  @Test
  void clampPassesGradientsAtItsLimits() {
    Parity.check("clamp", (backend, in) -> {
      Tensor x = in.of(Shape.of(7), -1, 1.5f, -1.01f, 1.51f, 0, 1e30f, -1e30f);
      Tensor dy = in.normal(7), y = x.like(), dx = x.like();
      backend.elementwise().clamp(x, -1, 1.5, y);
      backend.elementwise().clampGrad(x, -1, 1.5, dy, dx);
      return List.of(y, dx);
    });
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "3, 9", "7, 33", "3, 20000", "40000, 1", "900, 32"})
  void samplesAndChannelsHaveNumbersOfTheirOwn(int n, int c) {
    Parity.check(Text.of("per sample and channel %d %d", n, c), (backend, in) -> {
      Tensor a = in.normal(n, c), b = in.normal(n, c), alpha = in.normal(n), beta = in.normal(n);
      Tensor bias = in.normal(c), mixed = a.like(), shifted = a.like();
      backend.elementwise().mixSamples(alpha, a, beta, b, mixed);
      backend.elementwise().addPerChannel(a, bias, shifted);
      Tensor loss = in.empty(1), dloss = in.of(Shape.of(1), 1.5f), dx = a.like();
      backend.loss().meanSquaredError(a, b, alpha, loss);
      backend.loss().meanSquaredErrorGrad(a, b, alpha, dloss, dx);
      return List.of(mixed, shifted, loss, dx);
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 33, 40001})
  void optimizersTakeTheirSteps(int size) {
    Parity.check("optimizers of " + size, (backend, in) -> {
      Tensor g = in.normal(size), p = in.normal(size), m = in.normal(size), v = in.normal(size);
      backend.elementwise().multiply(v, v, v);
      AdamCoefficients adam = new AdamCoefficients(0.01, 0.9, 0.999, 1e-8, 0.1, 0.2, 0.3, 0.004);
      backend.optimizer().adam(adam, g, p, m, v);
      Tensor q = in.normal(size), b = in.empty(size), r = in.normal(size), s = in.normal(size);
      backend.optimizer().sgd(new SgdCoefficients(0.1, 0.01, 0.9, 1, false, true), g, q, b);
      backend.optimizer().sgd(new SgdCoefficients(0.1, 0.01, 0.9, 1, true, false), g, q, b);
      backend.optimizer().sgd(new SgdCoefficients(0.1, 0.01, 0.9, 0.75, false, false), g, q, b);
      backend.optimizer().sgd(new SgdCoefficients(0.1, 0.01, 0, 1, false, false), g, r, b);
      backend.optimizer().average(0.1, r, s);
      Tensor copy = in.empty(size);
      backend.optimizer().average(1, s, copy);
      return List.of(p, m, v, q, b, r, s, copy);
    });
  }

  @Test
  void adamBearsHugeAndVanishingGradients() {
    Parity.check("adam", (backend, in) -> {
      Tensor g = in.of(Shape.of(4), 0, 1e-30f, 1e15f, -100), p = in.normal(4);
      Tensor m = in.of(Shape.of(4), 0, 0, 0, 0), v = in.of(Shape.of(4), 0, 0, 0, 0);
      AdamCoefficients adam = new AdamCoefficients(0.01, 0.9, 0.999, 1e-8, 0, 0, 0.1, 0.001);
      backend.optimizer().adam(adam, g, p, m, v);
      return List.of(p, m, v);
    });
  }
}
