package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.SgdCoefficients;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many tensors at once come out as one by one, also more and longer ones than one launch takes. */
@Tag("gpu")
class CudaManyTensorsTest {

  private static final int PIECE = 8192;

  private final Backend gpu = TestBackends.gpu();

  @Test
  void adamStepsAllParameters() {
    int[] sizes =
        IntStream.range(0, 103).map(i -> i == 50 ? 2 * PIECE + 1 : 1 + i % 37).toArray();
    AdamCoefficients at = new AdamCoefficients(1e-2, 0.9, 0.99, 1e-8, 0.1, 0.2, 0.1, 0.01);
    List<double[]> expected = adam(Backends.reference(), at, sizes);
    List<double[]> actual = adam(gpu, at, sizes);
    for (int i = 0; i < expected.size(); i++) {
      double largest = Arrays.stream(expected.get(i)).map(Math::abs).max().orElse(0);
      double allowed = 2e-6 * Math.max(1, largest);
      assertArrayEquals(expected.get(i), actual.get(i), allowed, "tensor " + i);
    }
  }

  private static List<double[]> adam(Backend on, AdamCoefficients at, int[] sizes) {
    try (Scope scope = Scope.open()) {
      List<Tensor> g = normal(on, "g", sizes), p = normal(on, "p", sizes);
      List<Tensor> m = normal(on, "m", sizes), v = normal(on, "v", sizes);
      for (Tensor second : v) {
        ElementwiseKernels.of(second).multiply(second, second, second);
      }
      OptimizerKernels.of(p.get(0)).adam(at, g, p, m, v);
      List<double[]> results = new ArrayList<>();
      List.of(p, m, v).forEach(all -> all.forEach(t -> results.add(t.toDoubles())));
      return results;
    }
  }

  @Test
  void gradientDescentStepsAllParameters() {
    int[] sizes =
        IntStream.range(0, 128).map(i -> i == 20 ? PIECE + 1 : 1 + i % 7).toArray();
    for (SgdCoefficients at : List.of(
        new SgdCoefficients(0.1, 0.1, 0.9, 0.25, false, true),
        new SgdCoefficients(0.1, 0.1, 0.9, 0.25, false, false),
        new SgdCoefficients(0.1, 0, 0.9, 1, true, false),
        new SgdCoefficients(0.1, 0, 0, 1, false, false))) {
      List<double[]> expected = sgd(Backends.reference(), at, sizes);
      List<double[]> actual = sgd(gpu, at, sizes);
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), actual.get(i), 2e-6, at + ", tensor " + i);
      }
    }
  }

  private static List<double[]> sgd(Backend on, SgdCoefficients at, int[] sizes) {
    try (Scope scope = Scope.open()) {
      List<Tensor> g = normal(on, "g", sizes), p = normal(on, "p", sizes);
      List<Tensor> b = normal(on, "b", sizes);
      OptimizerKernels.of(p.get(0)).sgd(at, g, p, b);
      List<double[]> results = new ArrayList<>();
      List.of(p, b).forEach(all -> all.forEach(t -> results.add(t.toDoubles())));
      return results;
    }
  }

  @Test
  void scalingReachesManyPieces() {
    int size = 321 * PIECE + 5;
    try (Scope scope = Scope.open()) {
      List<Tensor> xs = normal(gpu, "x", size, 3),
          ys = List.of(xs.get(0).like(), xs.get(1).like());
      ElementwiseKernels.of(xs.get(0)).scale(-2, xs, ys);
      for (int i = 0; i < 2; i++) {
        float[] x = xs.get(i).toFloats(), y = ys.get(i).toFloats();
        for (int j = 0; j < x.length; j++) {
          assertEquals(-2 * x[j], y[j], "element " + j);
        }
      }
    }
  }

  @Test
  void theSquaresOfAllAreAddedUp() {
    int[] sizes = IntStream.range(0, 260).map(i -> 1 + i * 5).toArray();
    double expected, actual;
    try (Scope scope = Scope.open()) {
      List<Tensor> xs = normal(Backends.reference(), "x", sizes);
      expected = ReductionKernels.of(xs.get(0)).squaredNorm(xs);
      List<Tensor> same = normal(gpu, "x", sizes);
      actual = ReductionKernels.of(same.get(0)).squaredNorm(same);
    }
    assertEquals(expected, actual, 1e-12 * expected);
  }

  @Test
  void averagesFollowTheirParameters() {
    int[] sizes =
        IntStream.range(0, 171).map(i -> i < 2 ? PIECE + i : 1 + i % 5).toArray();
    try (Scope scope = Scope.open()) {
      List<Tensor> p = normal(gpu, "p", sizes), averages = normal(gpu, "a", sizes);
      List<double[]> before = averages.stream().map(Tensor::toDoubles).toList();
      OptimizerKernels.of(p.get(0)).average(0.25, p, averages);
      for (int i = 0; i < sizes.length; i++) {
        double[] ps = p.get(i).toDoubles(), now = averages.get(i).toDoubles();
        for (int j = 0; j < now.length; j++) {
          assertEquals(0.75 * before.get(i)[j] + 0.25 * ps[j], now[j], 1e-6);
        }
      }
    }
  }

  private static List<Tensor> normal(Backend on, String name, int... sizes) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      float[] values = new float[sizes[i]];
      RandomKey.of(5).child(name, i).fillNormal(0, values, 0, values.length);
      tensors.add(Tensor.of(on, Shape.of(sizes[i]), values));
    }
    return tensors;
  }
}
