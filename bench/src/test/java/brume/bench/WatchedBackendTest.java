package brume.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchedBackendTest {

  private static final String SHAPE = "2x8x1x8x1-2";

  private final KernelLog log = new KernelLog();
  private final Backend watched = WatchedBackend.of(Backends.reference(), log);

  @Test
  void kernelsComputeAndAreNotedBySize() {
    try (Scope scope = Scope.open()) {
      Tensor a = Tensor.of(watched, Shape.of(1, 2), 3, 4),
          b = Tensor.of(watched, Shape.of(2, 1), 1, 2);
      Tensor c = Tensor.empty(watched, Shape.of(1, 1));
      assertSame(watched, c.device());
      MatmulGeometry at = MatmulGeometry.single(1, 1, 2, false, false);
      MatmulKernels.of(a).matmul(at, 1, a, b, 0, c);
      MatmulKernels.of(a).matmul(at, 2, a, b, 0, c);
      assertArrayEquals(new float[] {22}, c.toFloats());
    }
    KernelLog.Row row = log.rows().get(0);
    assertEquals(1, log.rows().size());
    assertEquals(2, row.calls());
    assertEquals("matmul 1 of (1, 1, 2)", row.name());
    assertEquals(2 * 2, row.cost().multiplyAdds());
    assertTrue(row.nanos() > 0);
  }

  @Test
  void whatTheBackendThrowsIsThrown() {
    assertThrows(UnsupportedOperationException.class, () -> watched.record(() -> {}));
  }

  @Test
  void aTrainingStepCostsThreeTimesTheForwardPassButForTheFirstLayer() {
    Cost forward = StepNetwork.costOfOne(Backends.reference(), SHAPE, false);
    Cost training = StepNetwork.costOfOne(Backends.reference(), SHAPE, true);
    double ratio = training.multiplyAdds() / forward.multiplyAdds();
    assertTrue(ratio > 2.7 && ratio < 3, "ratio " + ratio);
  }

  @Test
  void aNetworkOnAWatchedBackendIsNotedWhole() {
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(watched, SHAPE);
      log.forget();
      network.train();
    }
    List<String> kernels =
        log.rows().stream().map(row -> row.name().split(" ")[0]).toList();
    assertTrue(
        kernels.containsAll(
            List.of("conv2d", "conv2dFilterGrad", "linearSelfAttentionGrad", "adam", "normal")),
        kernels.toString());
  }

  @Test
  void aPresetThatIsToldTextsAttendsToItsWords() {
    Backend cpu = WatchedBackend.of(Backends.cpu(), log);
    try (Scope scope = Scope.open()) {
      StepNetwork.ofTexts(cpu, "shapes-text").train();
    }
    long crossed = log.rows().stream()
        .filter(row -> row.name().matches("attentionGrad \\(16, .*\\) \\(16, 24, .*\\)"))
        .mapToInt(KernelLog.Row::calls)
        .sum();
    assertEquals(7, crossed); // two on the way down, one in the middle, four on the way up
  }

  @Test
  void aPresetThatIsToldNoTextsIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> StepNetwork.ofTexts(Backends.cpu(), "fashion"));
  }
}
