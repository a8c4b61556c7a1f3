package brume.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimeTokenAttentionTest {

  private static final Shape IMAGE = Shape.of(2, 2, 3, 4);

  /** The original of the linear kind is given the time and drops it. */
  @ParameterizedTest
  @EnumSource(AttentionKind.class)
  void everyPositionSeesTheTime(AttentionKind kind) {
    try (Scope scope = Scope.open()) {
      TimeTokenAttention layer = layer(kind);
      Variable x = normal("x", IMAGE), time = normal("time", Shape.of(2, 4));
      double[] one = layer.forward(x, time).value().toDoubles();
      double[] other = layer.forward(x, normal("later", Shape.of(2, 4))).value().toDoubles();
      for (int i = 0; i < one.length; i++) {
        assertTrue(Math.abs(one[i] - other[i]) > 1e-9, "same number " + i + " at another time");
      }
    }
  }

  @Test
  void aSampleDoesNotSeeTheTimeOfAnother() {
    try (Scope scope = Scope.open()) {
      TimeTokenAttention layer = layer(AttentionKind.LINEAR);
      Variable x = normal("x", IMAGE);
      double[] times = normal("time", Shape.of(2, 4)).value().toDoubles();
      double[] before = layer.forward(x, of(times)).value().toDoubles();
      times[7] += 1; // of the second sample
      double[] after = layer.forward(x, of(times)).value().toDoubles();
      int half = before.length / 2;
      assertArrayEquals(Arrays.copyOf(before, half), Arrays.copyOf(after, half));
    }
  }

  private static TimeTokenAttention layer(AttentionKind kind) {
    Parameters at = Parameters.of(Backends.reference(), RandomKey.of(5));
    return new TimeTokenAttention(at, 4, AttentionConfig.of(kind, 2, 3), false);
  }

  private static Variable normal(String name, Shape shape) {
    float[] values = new float[shape.size()];
    RandomKey.of(9).child(name).fillNormal(0, values, 0, values.length);
    return Variable.constant(Tensor.of(Backends.reference(), shape, values));
  }

  private static Variable of(double[] times) {
    return Variable.constant(Tensor.of(Backends.reference(), Shape.of(2, 4), times));
  }
}
