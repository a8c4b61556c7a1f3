package brume.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A call of kernels, made on the reference and on the CPU with 1, 2 and 5 threads: numbers must agree
 * to a tolerance, and those of the CPU to the last bit.
 */
final class Parity {

  /** What is called: makes inputs on the backend by {@link Inputs}, returns the outputs. */
  interface Call {
    List<Tensor> on(Backend backend, Inputs inputs);
  }

  private static final int[] THREADS = {1, 2, 5};

  private Parity() {}

  /** Agreement to 2e-6 of the largest number of each output. */
  static void check(String name, Call call) {
    check(name, 2e-6, call);
  }

  static void check(String name, double tolerance, Call call) {
    List<double[]> expected = run(Backends.reference(), call);
    List<double[]> first = null;
    for (int threads : THREADS) {
      try (PaddedBackend cpu = new PaddedBackend(threads)) {
        List<double[]> actual = run(cpu, call);
        if (first == null) {
          first = actual;
          for (int i = 0; i < expected.size(); i++) {
            assertClose(name + ", output " + i, expected.get(i), actual.get(i), tolerance);
          }
        }
        for (int i = 0; i < first.size(); i++) {
          assertArrayEquals(
              first.get(i),
              actual.get(i),
              Text.of("%s, output %d with %d threads", name, i, threads));
        }
      }
    }
  }

  private static List<double[]> run(Backend backend, Call call) {
    try (Scope scope = Scope.open()) {
      List<double[]> outputs = new ArrayList<>();
      for (Tensor t : call.on(backend, new Inputs(backend, new Random(11)))) {
        outputs.add(t.toDoubles());
      }
      return outputs;
    }
  }

  private static void assertClose(
      String what, double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length, what);
    double largest = 0;
    for (double e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    for (int i = 0; i < expected.length; i++) {
      int at = i;
      double apart = Math.abs(expected[i] - actual[i]);
      assertTrue(
          apart <= tolerance * largest,
          () -> Text.of(
              "%s[%d]: expected %s, got %s; %.2e of the largest, %s",
              what, at, expected[at], actual[at], apart / largest(expected), largest(expected)));
    }
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  /** Tensors of a backend with the same numbers, exact in float, on each. */
  record Inputs(Backend backend, Random random) {

    /** Normal numbers of standard deviation 2. */
    Tensor normal(int... shape) {
      return normalAbout(0, 2, shape);
    }

    Tensor normalAbout(double mean, double deviation, int... shape) {
      float[] values = new float[Shape.of(shape).size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (mean + deviation * random.nextGaussian());
      }
      return Tensor.of(backend, Shape.of(shape), values);
    }

    Tensor of(Shape shape, float... values) {
      return Tensor.of(backend, shape, values);
    }

    Tensor empty(int... shape) {
      return Tensor.empty(backend, Shape.of(shape));
    }
  }
}
