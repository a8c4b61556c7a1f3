package brume.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuActivationTest {

  private interface Function {
    void apply(ActivationKernels kernels, Tensor x, Tensor y);
  }

  private interface Gradient {
    void apply(ActivationKernels kernels, Tensor x, Tensor dy, Tensor dx);
  }

  private static final List<Function> FUNCTIONS = List.of(
      ActivationKernels::silu,
      ActivationKernels::gelu,
      ActivationKernels::tanh,
      ActivationKernels::sin,
      ActivationKernels::cos,
      ActivationKernels::exp);

  private static final List<Gradient> GRADIENTS = List.of(
      ActivationKernels::siluGrad,
      ActivationKernels::geluGrad,
      ActivationKernels::tanhGrad,
      ActivationKernels::sinGrad,
      ActivationKernels::cosGrad,
      ActivationKernels::expGrad);

  private static List<Tensor> all(Backend backend, Tensor x, Tensor dy) {
    List<Tensor> results = new ArrayList<>();
    for (Function function : FUNCTIONS) {
      Tensor y = x.like();
      function.apply(backend.activation(), x, y);
      results.add(y);
    }
    for (Gradient gradient : GRADIENTS) {
      Tensor dx = x.like();
      gradient.apply(backend.activation(), x, dy, dx);
      results.add(dx);
    }
    return results;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 9, 33, 40001})
  void equalTheirDefinitions(int size) {
    Parity.check(
        "activations of " + size,
        1e-6,
        (backend, in) -> all(backend, in.normalAbout(0.1, 2, size), in.normal(size)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.1, 0.6, 3, 5})
  void areAsExactNearAnyNumber(double about) {
    for (double sign : new double[] {-1, 1}) {
      Parity.check(
          "activations near " + sign * about,
          3e-6,
          (backend, in) -> all(
              backend, in.normalAbout(sign * about, about / 100, 50), in.normalAbout(2, 0.1, 50)));
    }
  }

  @Test
  void bearAnyNumber() {
    for (float value : new float[] {0, 17, 50, 87, 100, 1e4f, 1e30f, 3e38f}) {
      for (float x : new float[] {value, -value}) {
        float[] xs = new float[17]; // a vector or two and a tail
        Arrays.fill(xs, x);
        Parity.check("silu, gelu, tanh at " + x, (backend, in) -> {
          Tensor t = in.of(Shape.of(17), xs), one = in.normalAbout(1, 0, 17);
          List<Tensor> results = all(backend, t, one);
          // Smaller results than float can hold are left to the assertions below.
          List<Tensor> held = new ArrayList<>(List.of(results.get(2)));
          if (x > -12) {
            held.addAll(List.of(results.get(1), results.get(7)));
          }
          if (x > -80) {
            held.addAll(List.of(results.get(0), results.get(6)));
          }
          return held;
        });
        if (x < -80) {
          assertEquals(0, x * VectorMath.sigmoid(x), 1e-30);
          assertEquals(0, x * VectorMath.normalBelow(x, VectorMath.bell(x)), 1e-30);
          assertEquals(0, VectorMath.siluSlope(x), 1e-30);
        }
      }
    }
  }

  @Test
  void notANumberStaysOne() {
    FloatVector nan = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, Float.NaN);
    assertEquals(Float.NaN, VectorMath.exp(nan).lane(0));
    assertEquals(Float.NaN, VectorMath.sigmoid(nan).lane(0));
    assertEquals(Float.NaN, VectorMath.tanh(nan).lane(0));
    assertEquals(Float.NaN, VectorMath.exp(Float.NaN));
    assertEquals(Float.NaN, VectorMath.tanh(Float.NaN));
  }

  @Test
  void vectorsAndSingleNumbersHaveTheSameBits() {
    for (int i = -40_000; i <= 40_000; i++) {
      float x = i * 0.0025f;
      FloatVector v = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x);
      assertEquals(VectorMath.exp(x), VectorMath.exp(v).lane(0));
      assertEquals(VectorMath.sigmoid(x), VectorMath.sigmoid(v).lane(0));
      assertEquals(VectorMath.siluSlope(x), VectorMath.siluSlope(v).lane(0));
      assertEquals(VectorMath.tanh(x), VectorMath.tanh(v).lane(0));
      assertEquals(VectorMath.tanhSlope(x), VectorMath.tanhSlope(v).lane(0));
      float bell = VectorMath.bell(x);
      assertEquals(bell, VectorMath.bell(v).lane(0));
      assertEquals(
          VectorMath.normalBelow(x, bell),
          VectorMath.normalBelow(v, VectorMath.bell(v)).lane(0));
    }
  }

  @Test
  void exponentialHoldsOverAllItsRange() {
    for (float x = -87.3f; x < 88.72f; x += 0.0137f) {
      double exact = Math.exp(x);
      assertEquals(exact, VectorMath.exp(x), 1.5e-7 * exact);
    }
    assertEquals(Float.POSITIVE_INFINITY, VectorMath.exp(88.73f));
    assertEquals(0, VectorMath.exp(-87.34f));
    assertEquals(1, VectorMath.exp(0f));
  }
}
