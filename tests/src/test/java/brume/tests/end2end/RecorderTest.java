package brume.tests.end2end;

import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.cuda.DriverBackend;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.emulator.Rigor;
import brume.nn.Condition;
import brume.nn.Denoiser;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.Recorder;
import brume.nn.StoredLayout;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.math.Copies;
import brume.tensor.random.RandomKey;
import brume.tests.op.TestBackends;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
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
    List<float[]> expected = trained(gpu, false), actual = trained(gpu, true);
    assertEquals(List.of(), refusals);
    same(expected, actual);
  }

  @Test
  void whatIsGivenBeforeItIsDoneIsKeptUntilThen() {
    Backend late =
        DriverBackend.on("late", EmulatedDriver.open(64 << 20, Set.of(Rigor.ASYNCHRONOUS)));
    List<float[]> expected = trained(late, false), actual = trained(late, true);
    assertEquals(List.of(), refusals);
    same(expected, actual);
  }

  @Test
  void aNetworkThatDependsOnMoreThanIsLookedAtAnewIsAskedAsEver() {
    double[] factor = {1};
    List<Variable> answers = new ArrayList<>();
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Variable x = Variable.constant(Tensor.of(gpu, Shape.of(1, 1), 2));
      Recorder recorder =
          new Recorder(new Plain(query -> scale(query.xt(), query.times()[0])));
      try (Recorder.Session session = recorder.begin(refusals::add)) {
        for (; factor[0] < 5; factor[0]++) {
          answers.add(recorder.predict(Query.of(x, new double[] {factor[0]}, Pass.inference())));
        }
      }
      for (int i = 0; i < answers.size(); i++) {
        assertEquals(2 * (i + 1), answers.get(i).value().item());
      }
    }
    assertEquals(
        List.of(
            "record: expected work that asks for the same each time, got affine with other sizes or"
                + " numbers the second time"),
        refusals);
  }

  @Test
  void aNetworkThatChangesItsParametersUntoldIsAskedAsEver() {
    try (Scope scope = Scope.open()) {
      Tensor weight = Tensor.of(gpu, Shape.of(1), 1);
      Network doubling = new Plain(
          query -> {
            Tensor before = Copies.of(List.of(weight)).get(0);
            ElementwiseKernels.of(weight).affine(2, before, 0, weight);
            return multiply(query.xt(), Variable.constant(weight));
          },
          List.of(new NamedParameter("weight", Variable.parameter(weight), StoredLayout.SAME)));
      Recorder recorder = new Recorder(doubling);
      Variable x = Variable.constant(Tensor.of(gpu, Shape.of(1), 3));
      Query query = Query.of(x, new double[] {0}, Pass.training(RandomKey.of(1)));
      try (Recorder.Session session = recorder.begin(refusals::add)) {
        for (int asked = 1; asked < 5; asked++) {
          assertEquals(3 << asked, recorder.predict(query).value().item());
        }
      }
    }
    assertEquals(List.of("it changes its parameters while it is asked"), refusals);
  }

  @Test
  void aSecondQuestionWaitsForTheWayBackOfTheFirst() {
    try (Scope scope = Scope.open()) {
      Network network = unet(gpu);
      Recorder recorder = new Recorder(network);
      Variable x = Variable.constant(numbers(gpu, RandomKey.of(4), 1));
      Query query = Query.of(x, new double[] {3}, Pass.training(RandomKey.of(5)));
      Query other = Query.of(x, new double[] {700}, Pass.training(RandomKey.of(6)));
      float[] expected = gradient(network, network.predict(query));
      try (Recorder.Session session = recorder.begin(refusals::add)) {
        for (int i = 0; i < Recorder.FIRST; i++) {
          recorder.predict(query);
        }
        Variable first = recorder.predict(query), second = recorder.predict(other);
        assertEquals(1, recorder.recorded());
        assertArrayEquals(gradient(network, network.predict(other)), gradient(network, second));
        assertArrayEquals(expected, gradient(network, first));
      }
    }
  }

  private static float[] gradient(Network network, Variable answer) {
    Variable weight = network.parameters().get(0).variable();
    Tensor dy = answer.value().like();
    dy.copyFrom(ones(dy.shape().size()));
    return answer.backward(dy).of(weight).orElseThrow().toFloats();
  }

  /** Steps with noise, dropout and classes of their own, one with fewer samples. */
  private List<float[]> trained(Backend on, boolean recording) {
    try (Scope scope = Scope.open()) {
      Network network = unet(on);
      Adam adam = new Adam(network.parameters(), AdamConfig.adam());
      Recorder recorder = new Recorder(network);
      try (Recorder.Session session = recording ? recorder.begin(refusals::add) : null) {
        for (int step = 0; step < 6; step++) {
          step(on, recorder, adam, step, step == 4 ? 1 : 2);
        }
        assertEquals(recording ? 1 : 0, recorder.recorded());
      }
      return values(network);
    }
  }

  private static void step(Backend on, Recorder network, Adam adam, int step, int samples) {
    RandomKey key = RandomKey.of(3).child("step", step);
    try (Scope scope = Scope.open()) {
      Variable x = Variable.constant(numbers(on, key.child("x"), samples));
      Variable target = Variable.constant(numbers(on, key.child("target"), samples));
      double[] times = new double[samples];
      int[] labels = new int[samples];
      for (int n = 0; n < samples; n++) {
        times[n] = key.below(n, 1000);
        labels[n] = key.below(100 + n, 4) - 1;
      }
      Pass pass = Pass.training(key.child("pass"));
      Variable y = network.predict(new Query(x, times, Condition.none().withLabels(labels), pass));
      Variable weights = Variable.constant(Tensor.of(on, Shape.of(samples), ones(samples)));
      adam.step(meanSquaredError(y, target, weights).backward(), 0.01 / (1 + step));
    }
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Network unet(Backend on) {
    return new UNet(
        on,
        RandomKey.of(1),
        UNetConfig.image(BlockVersion.RMS_NORM, 1, 4, List.of(1, 2))
            .dropout(0.2)
            .build(),
        3);
  }

  private static Tensor numbers(Backend on, RandomKey key, int samples) {
    float[] values = new float[samples * SIDE * SIDE];
    key.fillNormal(0, values, 0, values.length);
    return Tensor.of(on, Shape.of(samples, SIDE, SIDE, 1), values);
  }

  /** A formula without parameters. */
  private record Plain(Denoiser formula, List<NamedParameter> parameters) implements Network {
    Plain(Denoiser formula) {
      this(formula, List.of());
    }

    @Override
    public Variable predict(Query query) {
      return formula.predict(query);
    }
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
