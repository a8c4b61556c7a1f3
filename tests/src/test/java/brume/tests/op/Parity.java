package brume.tests.op;

import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;

/** Whether a backend computes what the reference means, forward and backward. */
final class Parity {

  /** Of the largest value of each tensor: single precision, and sums over a few hundred products. */
  private static final double TOLERANCE = 1e-5;

  /** What is zero in exact arithmetic may be as large as the rounding of the parts that cancel. */
  private static final double SMALLEST = 0.1;

  private Parity() {}

  static void check(OpCase op, Backend backend) {
    OpRun expected = OpRun.of(op, Backends.reference(), OpCase::normal);
    OpRun actual = OpRun.of(op, backend, OpCase::normal);
    expected.results().forEach((name, values) -> {
      double[] others = actual.results().get(name);
      double largest = SMALLEST;
      for (double value : values) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < values.length; i++) {
        double error = Math.abs(others[i] - values[i]);
        int at = i;
        assertTrue(
            error <= TOLERANCE * largest,
            () -> Text.of(
                "%s, %s[%d]: expected %s as on the reference, got %s, off by more than %s of the largest",
                op, name, at, values[at], others[at], TOLERANCE));
      }
    });
  }
}
