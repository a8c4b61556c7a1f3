package brume.nn.text;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.ConfigException;
import brume.nn.NetworkChecks;
import brume.nn.Pass;
import brume.nn.layer.Activation;
import brume.tensor.Scope;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class T5EncoderTest {

  private static final Pass PASS = Pass.inference();

  private static T5Encoder encoder(Activation activation, boolean gated) {
    return new T5Encoder(
        NetworkChecks.ON,
        RandomKey.of(1),
        new T5Config(6, 4, 3, 2, 5, 2, 4, 3, activation, gated, 1e-6));
  }

  private static TokenRows rows() {
    return TokenRows.of(List.of(new int[] {2, 3, 4, 1}, new int[] {5, 1}), 4, 0);
  }

  @ParameterizedTest
  @CsvSource({"GELU_TANH, true", "RELU, false"})
  void gradientsAgreeWithDifferences(Activation activation, boolean gated) {
    try (Scope scope = Scope.open()) {
      T5Encoder encoder = encoder(activation, gated);
      ClipTest.requireGradients(encoder, () -> {
        Variable y = encoder.encodeMasked(rows(), PASS);
        return multiply(y, y);
      });
    }
  }

  @Test
  void hiddenPaddingIsNotSeen() {
    try (Scope scope = Scope.open()) {
      T5Encoder encoder = encoder(Activation.RELU, false);
      double[] padded = encoder.encodeMasked(rows(), PASS).value().toDoubles();
      double[] seen = encoder.encode(rows(), PASS).value().toDoubles();
      double[] alone = encoder
          .encode(TokenRows.of(List.of(new int[] {5, 1}), 2, 0), PASS)
          .value()
          .toDoubles();
      assertArrayEquals(alone, Arrays.copyOfRange(padded, 16, 24), 1e-12);
      assertArrayEquals(Arrays.copyOf(seen, 16), Arrays.copyOf(padded, 16), 1e-12);
      assertFalse(
          Arrays.equals(Arrays.copyOfRange(seen, 16, 24), Arrays.copyOfRange(padded, 16, 24)));
    }
  }

  /** The edges of the buckets of the published encoders, as PyTorch decides them. */
  @Test
  void farDistancesShareBuckets() {
    int[] edges = IntStream.rangeClosed(1, 200)
        .filter(i -> RelativeBuckets.of(-i, 32, 128) != RelativeBuckets.of(1 - i, 32, 128))
        .toArray();
    assertArrayEquals(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91}, edges);
    assertEquals(15, RelativeBuckets.of(-1000, 32, 128));
    assertEquals(16 + 15, RelativeBuckets.of(1000, 32, 128));
    assertEquals(16 + 1, RelativeBuckets.of(1, 32, 128));
  }

  @Test
  void refusesBucketsThatDoNotReach() {
    assertEquals(
        "t5: expected 4 or more buckets and distances beyond a quarter of them, got 32 and 8",
        assertThrows(
                ConfigException.class,
                () -> new T5Config(6, 4, 3, 2, 5, 2, 32, 8, Activation.RELU, false, 1e-6))
            .getMessage());
  }
}
