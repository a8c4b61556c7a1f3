package brume.diffusion;

import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.nn.Pass;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import org.junit.jupiter.api.Test;

class NoisePredictorTest {

  @Test
  void onPatchesShowsSquaresAsChannels() {
    try (Scope scope = Scope.open()) {
      double[] values = new double[4 * 6];
      RandomKey.of(3).fillNormal(0, values, 0, values.length);
      Variable x = Variable.constant(Tensor.of(Backends.reference(), Shape.of(1, 4, 6, 1), values));
      NoisePredictor echo = (seen, times, pass) -> {
        assertEquals(Shape.of(1, 2, 3, 4), seen.shape());
        assertArrayEquals(pixelUnshuffle(x, 2).value().toDoubles(), seen.value().toDoubles());
        return seen;
      };
      Variable y = echo.onPatches(2).predict(x, new double[] {5}, Pass.inference());
      assertArrayEquals(values, y.value().toDoubles());
    }
  }
}
