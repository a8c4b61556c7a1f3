package brume.tests.end2end;

import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.Recorder;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import brume.tests.op.TestBackends;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Recorded networks answer and learn to the last bit as they do without being recorded. */
@Tag("gpu")
class RecorderTest {

  private static final int SIDE = 4;

  private final Backend gpu = TestBackends.gpu();
  private final List<String> refusals = new ArrayList<>();

  @Test
  void aRecordedNetworkLearnsTheSameBits() {
    List<float[]> expected = trained(false, this::unet), actual = trained(true, this::unet);
    assertEquals(List.of(), refusals);
    same(expected, actual);
  }

  /** Eight steps with noise, dropout and classes of their own, one with fewer samples. */
  private List<float[]> trained(boolean recording, Supplier<Network> made) {
    try (Scope scope = Scope.open()) {
      Network network = made.get();
      Adam adam = new Adam(network.parameters(), AdamConfig.adam());
      Recorder recorder = new Recorder(network);
      try (Recorder.Session session = recording ? recorder.begin(refusals::add) : null) {
        for (int step = 0; step < 8; step++) {
          step(recorder, adam, step, step == 5 ? 1 : 2);
        }
        assertEquals(recording ? 1 : 0, recorder.recorded());
      }
      return values(network);
    }
  }

  private void step(Recorder network, Adam adam, int step, int samples) {
    RandomKey key = RandomKey.of(3).child("step", step);
    try (Scope scope = Scope.open()) {
      Variable x = Variable.constant(numbers(key.child("x"), samples));
      Variable target = Variable.constant(numbers(key.child("target"), samples));
      double[] times = new double[samples];
      int[] labels = new int[samples];
      for (int n = 0; n < samples; n++) {
        times[n] = key.below(n, 1000);
        labels[n] = key.below(100 + n, 4) - 1;
      }
      Pass pass = Pass.training(key.child("pass"));
      Variable y = network.predict(
          new Query(x, times, Condition.none().withLabels(labels), pass));
      adam.step(meanSquaredError(y, target, ones(samples)).backward(), 0.01 / (1 + step));
    }
  }

  private Variable ones(int samples) {
    float[] ones = new float[samples];
    Arrays.fill(ones, 1);
    return Variable.constant(Tensor.of(gpu, Shape.of(samples), ones));
  }

  private Network unet() {
    return new UNet(
        gpu,
        RandomKey.of(1),
        UNetConfig.image(BlockVersion.RMS_NORM, 1, 4, List.of(1, 2))
            .dropout(0.2)
            .build(),
        3);
  }

  private Tensor numbers(RandomKey key, int samples) {
    float[] values = new float[samples * SIDE * SIDE];
    key.fillNormal(0, values, 0, values.length);
    return Tensor.of(gpu, Shape.of(samples, SIDE, SIDE, 1), values);
  }

  private static List<float[]> values(Network network) {
    List<float[]> values = new ArrayList<>();
    for (NamedParameter parameter : network.parameters()) {
      values.add(parameter.variable().value().toFloats());
    }
    return values;
  }

  private static void same(List<float[]> expected, List<float[]> actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), "parameter " + i);
    }
  }
}
