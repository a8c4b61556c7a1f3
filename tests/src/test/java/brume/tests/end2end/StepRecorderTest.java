package brume.tests.end2end;

import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.cuda.DriverBackend;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.emulator.Rigor;
import brume.diffusion.objective.Batch;
import brume.diffusion.objective.Conditions;
import brume.diffusion.objective.ContinuousLoss;
import brume.diffusion.objective.ContinuousObjective;
import brume.diffusion.objective.DenoisingLoss;
import brume.diffusion.objective.ErrorMeasure;
import brume.diffusion.objective.LossWeighting;
import brume.diffusion.objective.Noising;
import brume.diffusion.objective.NoisyObjective;
import brume.diffusion.objective.Objective;
import brume.diffusion.objective.TimestepSampling;
import brume.diffusion.objective.Weightings;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.FlowTimesKinds;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.StraightProcess;
import brume.diffusion.run.StepRecorder;
import brume.diffusion.run.TrainingStep;
import brume.diffusion.run.Update;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Query;
import brume.nn.Recorder;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.optim.Ema;
import brume.nn.optim.EmaRule;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.Optimizer;
import brume.nn.optim.Sgd;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import brume.tests.op.TestBackends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps that are recorded as a whole end in the bits of those that are not. */
@Tag("gpu")
class StepRecorderTest {

  private static final int SIDE = 4;
  private static final int STEPS = 7;
  private static final ForwardProcess PROCESS = new ForwardProcess(NoiseSchedule.cosine(20));
  private static final Objective DENOISING = new NoisyObjective(
      new DenoisingLoss(PROCESS, Prediction.V, LossWeighting.minSnr(Prediction.V, 5)),
      new Noising.Settings(0.1, false),
      TimestepSampling.uniform(20));

  private final Backend gpu = TestBackends.gpu();
  private final List<String> refusals = new ArrayList<>();

  /** Numbers that a recorder and nobody leave behind, after steps at rates that change. */
  private record Run(
      List<float[]> values, List<Double> losses, List<Double> norms, long recorded) {}

  @Test
  void discreteTimesClassesAndAverages() throws IOException {
    same(DENOISING, StepRecorderTest::adam);
  }

  @Test
  void continuousTimes() throws IOException {
    StraightProcess process =
        new StraightProcess(1, new FlowTimesKinds.Uniform().create(), Clipping.none());
    same(
        new ContinuousObjective(
            new ContinuousLoss(process, new Weightings.Snr(), ErrorMeasure.SQUARED),
            Noising.Settings.PLAIN),
        StepRecorderTest::adam);
  }

  @Test
  void gradientDescent() throws IOException {
    same(DENOISING, parameters -> new Sgd(parameters, new Sgd.Config(0.9, 0.1, false, 0.01)));
  }

  @Test
  void whatIsGivenBeforeItIsDoneIsKeptUntilThen() throws IOException {
    Backend late =
        DriverBackend.on("late", EmulatedDriver.open(64 << 20, Set.of(Rigor.ASYNCHRONOUS)));
    Run expected = trained(gpu, DENOISING, StepRecorderTest::adam, false);
    same(expected, trained(late, DENOISING, StepRecorderTest::adam, true));
  }

  @Test
  void whoLooksAtTheTimeOfOneStepIsDoneAsEver() throws IOException {
    refused(
        (network, batch, key, pass) -> {
          double level = key.child("time").uniform(0);
          Variable x = Variable.constant(batch.x0());
          Variable y = network.predict(Query.of(x, new double[] {1, 2}, pass));
          return meanSquaredError(
              y, x, Variable.constant(Tensor.of(batch.x0().device(), Shape.of(2), new double[] {
                level, level
              })));
        },
        "upload: expected launches, copies and fills only while capturing; allocate, transfer and wait"
            + " outside of the captured step");
  }

  @Test
  void whoSaysThatNumbersAreRenewedAndKeepsThoseOfOneStepIsDoneAsEver() throws IOException {
    refused(
        (network, batch, key, pass) -> {
          double level = key.child("time").uniform(0);
          Variable x = Variable.constant(batch.x0());
          Variable xt =
              mixSamples(() -> new double[] {level, level}, x, () -> new double[] {1, 1}, x);
          Variable y = network.predict(Query.of(xt, new double[] {1, 2}, pass));
          return meanSquaredError(
              y, x, Variable.constant(Tensor.of(batch.x0().device(), Shape.of(2), 1, 1)));
        },
        "record: expected renewed numbers to follow from what counts at the time, got others");
  }

  private void same(Objective objective, Function<List<NamedParameter>, Optimizer> optimizer)
      throws IOException {
    Run expected = trained(gpu, objective, optimizer, false);
    Run actual = trained(gpu, objective, optimizer, true);
    same(expected, actual);
    assertEquals(1, actual.recorded);
    assertEquals(List.of(), refusals);
  }

  private void refused(Objective objective, String reason) throws IOException {
    Run expected = trained(gpu, objective, StepRecorderTest::adam, false);
    Run actual = trained(gpu, objective, StepRecorderTest::adam, true);
    same(expected, actual);
    assertEquals(0, actual.recorded);
    assertEquals(List.of(reason), refusals);
  }

  private static void same(Run expected, Run actual) {
    assertEquals(expected.losses, actual.losses);
    assertEquals(expected.norms, actual.norms);
    for (int i = 0; i < expected.values.size(); i++) {
      assertArrayEquals(expected.values.get(i), actual.values.get(i), "tensor " + i);
    }
  }

  private static Optimizer adam(List<NamedParameter> parameters) {
    return new Adam(parameters, AdamConfig.adamW(0.1));
  }

  private Run trained(
      Backend on,
      Objective objective,
      Function<List<NamedParameter>, Optimizer> optimizer,
      boolean recording)
      throws IOException {
    try (Scope scope = Scope.open()) {
      Network network = new UNet(
          on,
          RandomKey.of(1),
          UNetConfig.image(BlockVersion.RMS_NORM, 1, 4, List.of(1, 2))
              .dropout(0.2)
              .build(),
          3);
      Recorder alone = new Recorder(network);
      Ema often = new Ema(new EmaRule.DdpmTorch(0.9), network.parameters());
      Ema seldom = new Ema(
          new EmaRule.EmaPytorch(EmaRule.EmaPytorch.Version.V0_7_9, 0.9, 2, 3, 1, 0.5, 0),
          network.parameters());
      Optimizer moved = optimizer.apply(network.parameters());
      Update update =
          new Update(Optional.of(GradientClipping.euclidean(0.5)), moved, List.of(often, seldom));
      TrainingStep passes = new TrainingStep(
          (batch, key) -> new Conditions.Labels(0.5).told(alone, batch, key), objective, 1, false);
      List<Double> losses = new ArrayList<>(), norms = new ArrayList<>();
      long recorded;
      try (StepRecorder steps = new StepRecorder(
          network, alone, passes, update, new StepRecorder.Told(refusals::add, refusals::add))) {
        for (int step = 0; step < STEPS; step++) {
          step(on, steps, passes, update, step, recording, losses, norms);
        }
        recorded = steps.recorded();
      }
      List<float[]> values = new ArrayList<>();
      for (List<NamedParameter> all :
          List.of(network.parameters(), often.state(), seldom.state(), moved.state())) {
        all.forEach(each -> values.add(each.variable().value().toFloats()));
      }
      return new Run(values, losses, norms, recorded);
    }
  }

  private static void step(
      Backend on,
      StepRecorder steps,
      TrainingStep passes,
      Update update,
      int step,
      boolean recording,
      List<Double> losses,
      List<Double> norms)
      throws IOException {
    RandomKey key = RandomKey.of(3).child("step", step);
    double rate = 0.01 * Math.min(step, 3); // none at first
    try (Scope scope = Scope.open()) {
      float[] x = new float[2 * SIDE * SIDE];
      key.child("x").fillNormal(0, x, 0, x.length);
      int[] labels = {step % 3, (step + 1) % 3};
      Batch batch = new Batch(Tensor.of(on, Shape.of(2, SIDE, SIDE, 1), x), 0, labels);
      Update.Done done;
      if (recording) {
        done = steps.step(part -> batch, key, rate, Update.Check.NONE);
      } else {
        update.next(rate);
        done = update.apply(passes.compute(part -> batch, key), Update.Check.NONE);
      }
      losses.add(done.losses().late().await());
      norms.add(done.norm().orElseThrow().late().await());
    }
  }
}
