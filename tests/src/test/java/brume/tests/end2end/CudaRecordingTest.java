package brume.tests.end2end;

import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.optim.Sgd;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.Recording;
import brume.tensor.random.RandomKey;
import brume.tests.op.TestBackends;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole training step captured into a graph and repeated does what the step itself would do. */
@Tag("gpu")
class CudaRecordingTest {

  private static final int SIDE = 8;
  private static final int STEPS = 4;

  private final Backend gpu = TestBackends.gpu();

  @Test
  void repeatingTheRecordedStepTrainsLikeTheStepItself() {
    List<float[]> expected, actual;
    try (Scope scope = Scope.open()) {
      Training training = new Training();
      for (int step = 0; step < STEPS; step++) {
        training.step();
      }
      expected = training.parameters();
    }
    try (Scope scope = Scope.open()) {
      Training training = new Training();
      try (Recording recording = gpu.record(training::step)) { // the first step
        for (int step = 1; step < STEPS; step++) {
          recording.replay();
        }
        actual = training.parameters();
      }
    }
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "parameter " + i);
    }
  }

  @Test
  void memoryOfARecordingIsNobodyElses() {
    try (Scope scope = Scope.open()) {
      Training training = new Training();
      try (Recording recording = gpu.record(training::step)) {
        recording.replay();
        long reserved = gpu.reservedBytes();
        Tensor bystander = Tensor.of(gpu, Shape.of(3), 1, 2, 3);
        try (Scope others = Scope.open()) {
          Tensor.empty(gpu, Shape.of(2, SIDE, SIDE, 8));
        }
        recording.replay();
        assertArrayEquals(new float[] {1, 2, 3}, bystander.toFloats());
        assertTrue(gpu.reservedBytes() >= reserved);
      }
    }
  }

  @Test
  void readingBackCannotBeRecorded() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(gpu, Shape.of(1), 1);
      RuntimeException refused = assertThrows(RuntimeException.class, () -> gpu.record(x::item));
      assertTrue(refused.getMessage().contains("outside of the captured step"), refused.toString());
      assertEquals(1, x.item(), "and all goes on");
    }
  }

  @Test
  void theReferenceRecordsNothing() {
    assertEquals(
        "reference: expected a GPU, or an emulated one, to record work, got another backend",
        assertThrows(
                UnsupportedOperationException.class, () -> Backends.reference().record(() -> {}))
            .getMessage());
  }

  /** Steps of a tiny U-Net on one batch. */
  private final class Training {
    private final UNet network = new UNet(
        gpu,
        RandomKey.of(1),
        UNetConfig.image(BlockVersion.GROUP_NORM, 1, 8, List.of(1, 2)).groups(4).build());
    private final Sgd sgd = new Sgd(network.parameters(), new Sgd.Config(0.9, 0, false, 0));
    private final Tensor x = numbers("x"), target = numbers("target");

    private void step() {
      try (Scope step = Scope.open()) {
        Variable y = network.predict(
            Query.of(Variable.constant(x), new double[] {3, 14}, Pass.training(RandomKey.of(2))));
        Variable weights = Variable.constant(Tensor.of(gpu, Shape.of(2), 1, 0.5f));
        sgd.step(meanSquaredError(y, Variable.constant(target), weights).backward(), 0.01);
      }
    }

    private Tensor numbers(String name) {
      float[] values = new float[2 * SIDE * SIDE];
      RandomKey.of(3).child(name).fillNormal(0, values, 0, values.length);
      return Tensor.of(gpu, Shape.of(2, SIDE, SIDE, 1), values);
    }

    private List<float[]> parameters() {
      List<float[]> values = new ArrayList<>();
      for (NamedParameter parameter : network.parameters()) {
        values.add(parameter.variable().value().toFloats());
      }
      return values;
    }
  }
}
