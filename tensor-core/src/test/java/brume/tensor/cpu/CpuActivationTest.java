package brume.tensor.cpu;

import static brume.tensor.kernel.UnaryFunction.COS;
import static brume.tensor.kernel.UnaryFunction.EXP;
import static brume.tensor.kernel.UnaryFunction.GELU;
import static brume.tensor.kernel.UnaryFunction.LEAKY_RELU;
import static brume.tensor.kernel.UnaryFunction.RELU;
import static brume.tensor.kernel.UnaryFunction.SIGMOID;
import static brume.tensor.kernel.UnaryFunction.SILU;
import static brume.tensor.kernel.UnaryFunction.SIN;
import static brume.tensor.kernel.UnaryFunction.SOFTPLUS;
import static brume.tensor.kernel.UnaryFunction.TANH;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.VectorMath;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.UnaryFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpuActivationTest {

  private static final List<UnaryFunction> OF_ANY_NUMBER =
      List.of(SILU, GELU, TANH, SIN, COS, EXP, SIGMOID, RELU, LEAKY_RELU, SOFTPLUS);

  /** Values of all functions, then their gradients. */
  private static List<Tensor> all(Backend backend, Tensor x, Tensor dy) {
    List<Tensor> results = new ArrayList<>();
    for (UnaryFunction f : OF_ANY_NUMBER) {
      results.add(x.like());
      backend.activation().apply(f, 0.1, x, results.get(results.size() - 1));
    }
    for (UnaryFunction f : OF_ANY_NUMBER) {
      results.add(x.like());
      backend.activation().applyGrad(f, 0.1, x, dy, results.get(results.size() - 1));
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
            held.addAll(List.of(results.get(1), results.get(11)));
          }
          if (x > -80) {
            held.addAll(List.of(results.get(0), results.get(10)));
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
