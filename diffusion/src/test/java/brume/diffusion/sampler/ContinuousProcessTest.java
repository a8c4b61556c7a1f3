package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.objective.ContinuousLoss;
import brume.diffusion.objective.ErrorMeasure;
import brume.diffusion.objective.WeightingSettings;
import brume.diffusion.objective.Weightings;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ContinuousSettings;
import brume.diffusion.process.EdmSettings;
import brume.diffusion.process.FlowTimes;
import brume.diffusion.process.FlowTimesKinds;
import brume.diffusion.process.KarrasProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.LogSnr;
import brume.diffusion.process.LogSnrs;
import brume.diffusion.process.Mix;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ProcessSettings;
import brume.diffusion.process.Processes;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.nn.Pass;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes in continuous time, held against what is known exactly where data are normal. */
class ContinuousProcessTest {

  private static final double MEAN = 0.3, DEVIATION = 0.4;
  private static final int NUMBERS = 20_000;

  private final Backend on = Backends.reference();

  private static ContinuousProcess process(String kind) {
    return Processes.CATALOG.named(kind).defaults().create(Clipping.none()).continuous("discrete");
  }

  /** The best estimate: E[x_0 | x] = m + α·s²/(α²·s² + σ²)·(x − α·m). */
  private static Estimate exact(Variable x, Level level) {
    double a = level.signal(), n = level.noise(), s2 = DEVIATION * DEVIATION;
    double gain = a * s2 / (a * a * s2 + n * n);
    Variable ones = Variable.constant(
        Tensor.of(x.value().device(), x.shape(), ones(x.shape().size())));
    return Estimate.ofData(level, x, Mix.mix(gain, x, MEAN * (1 - gain * a), ones));
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private double[] moments(Sampler sampler) {
    NoiseSource noise = NoiseSource.keyed(RandomKey.of(1), 0);
    try (Scope scope = Scope.open()) {
      double[] x = sampler
          .sample(
              ContinuousProcessTest::exact,
              noise.start(on, Shape.of(1, NUMBERS)),
              noise,
              SamplingListener.NONE)
          .toDoubles();
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance =
          Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      return new double[] {mean, Math.sqrt(variance)};
    }
  }

  @ParameterizedTest
  @CsvSource({
    "continuous, ddim",
    "continuous, ddpm",
    "continuous, heun",
    "continuous, dpmpp-2m",
    "edm, ddim",
    "edm, ddpm",
    "edm, heun",
    "edm, dpmpp-2m",
    "edm, dpmpp-sde",
    "edm, unipc",
    "edm-vp, ddim",
    "edm-vp, heun",
    "edm-vp, ddpm",
    "edm-ve, ddim",
    "edm-ve, heun",
    "edm-ve, dpmpp-2m",
    "flow, ddim",
    "flow, ddpm",
    "flow, heun",
    "flow, dpmpp-2m",
    "flow, euler-ancestral",
    "edm, edm-heun",
    "flow, edm-heun",
    "continuous, edm-heun",
    "flow, flow-euler",
    "edm, flow-euler",
    "flow, flow-heun",
    "continuous, flow-heun",
  })
  void samplersReproduceMeanAndVariance(String kind, String sampler) {
    SamplerSettings settings = Samplers.CATALOG.named(sampler).defaults();
    double[] moments = moments(withSteps(settings).create(process(kind)));
    assertEquals(MEAN, moments[0], 0.012); // chance makes 0.003 of it
    // Steps of DDPM lose some of the variance where they are long: 3.5% with 200 of EDM's.
    assertEquals(1, moments[1] / DEVIATION, sampler.equals("ddpm") ? 0.05 : 0.03);
  }

  /** Few steps, from a level with next to no data, must not throw the samples far out. */
  @ParameterizedTest
  @CsvSource({
    "unipc, DATA",
    "unipc, NOISE",
    "dpmpp-single, DATA",
    "dpmpp-single, NOISE",
    "dpmsolver, ",
    "deis, ",
    "lms, ",
    "heun, ",
    "pndm, ",
    "dpmpp-2m, ",
  })
  void solversStartFromNextToNothing(String sampler, Exponential polynomial) {
    for (String kind : List.of("continuous", "discrete")) {
      ObjectNode changed = JsonNodeFactory.instance.objectNode();
      changed.put("steps", 20).put("spacing", "uniform");
      if (polynomial != null) {
        changed.put("polynomial", polynomial.toString());
      }
      if (sampler.equals("pndm")) {
        changed.put("start", "lower");
      }
      Record settings = (Record) Samplers.CATALOG.named(sampler).defaults();
      TrainedProcess process = Processes.CATALOG.named(kind).defaults().create(Clipping.none());
      double[] moments =
          moments(((SamplerSettings) Recipe.ENGINE.read(changed, settings)).create(process));
      assertEquals(MEAN, moments[0], 0.05, kind);
      assertEquals(1, moments[1] / DEVIATION, 0.15, kind);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "edm, spacing=karras",
    "flow, first=lower",
    "flow, look=middle",
    "flow, spacing=shifted"
  })
  void theirOtherSettingsDoToo(String kind, String setting) {
    ObjectNode changed = JsonNodeFactory.instance.objectNode();
    SamplerSettings settings =
        switch (setting) {
          case "spacing=karras", "spacing=shifted" -> {
            changed.put("spacing", setting.substring("spacing=".length()));
            yield Samplers.CATALOG.named("flow-euler").defaults();
          }
          case "first=lower" -> {
            changed.put("start", "lower").put("spacing", "uniform");
            yield Samplers.CATALOG.named("pndm").defaults();
          }
          default -> {
            changed.put("secondLook", "middle");
            yield Samplers.CATALOG.named("flow-heun").defaults();
          }
        };
    Record many = Recipe.ENGINE.read(changed.put("steps", 200), (Record) settings);
    double[] moments = moments(((SamplerSettings) many).create(process(kind)));
    assertEquals(MEAN, moments[0], 0.012);
    assertEquals(1, moments[1] / DEVIATION, 0.03);
  }

  /** Times of numbers have no middle, no shift and no straight line to be second look of. */
  @Test
  void whatIsOfContinuousTimesIsRefusedWithNumbers() {
    TrainedProcess numbered =
        Processes.CATALOG.named("discrete").defaults().create(Clipping.none());
    assertSentence(
        "{secondLook}: ",
        new FlowSamplers.FlowHeun(
            new Grid(10, new Spacings.Uniform()), FlowSamplers.SecondLook.MIDDLE),
        numbered);
    assertSentence(
        "{spacing}: ",
        new FlowSamplers.FlowEuler(new Grid(10, new Spacings.Shifted(1, 0.001)), false),
        numbered);
    assertSentence(
        "{spacing}: ",
        new FlowSamplers.FlowEuler(new Grid(10, new Spacings.Shifted(1, 0.001)), false),
        process("edm"));
    assertSentence(
        "{churnTo}: ",
        new FlowSamplers.EdmHeun(
            new Grid(10, new Spacings.Uniform()), new ChurnSettings(1, 2, 1, 1)),
        process("edm"));
  }

  private static void assertSentence(String start, SamplerSettings settings, TrainedProcess of) {
    String message =
        assertThrows(SettingException.class, () -> settings.create(of)).getMessage();
    assertTrue(message.startsWith(start + "expected "), message);
  }

  /** 200 levels, as the process itself spaces them. */
  private static SamplerSettings withSteps(SamplerSettings settings) {
    ObjectNode changed = JsonNodeFactory.instance.objectNode();
    changed.put("steps", 200).put("spacing", "uniform");
    return (SamplerSettings) Recipe.ENGINE.read(changed, (Record) settings);
  }

  @ParameterizedTest
  @CsvSource({"lcm, sampler", "pndm, start", "kdpm2, sampler", "tcd, sampler", "auto, sampler"})
  void samplersThatWantNumberedTimesAreRefused(String sampler, String named) {
    SamplerSettings plain = Samplers.CATALOG.named(sampler).defaults();
    // Not the spacing of their own, which continuous processes refuse by themselves.
    SamplerSettings settings = sampler.equals("auto") ? plain : withSteps(plain);
    for (String kind : List.of("continuous", "edm", "flow")) {
      assertSentence("{" + named + "}: ", settings, process(kind));
    }
  }

  /** What a network has to tell, from the papers. */
  private static double target(String kind, double t, double x0, double epsilon) {
    return switch (kind) {
      case "flow" -> epsilon - x0; // Liu et al. (2022), eq. 1, from data to noise
      case "continuous" -> { // v with the cosine of Nichol and Dhariwal: α = cos, σ = sin
        double angle = Math.PI / 2 * (t + 0.008) / 1.008;
        yield Math.cos(angle) * epsilon - Math.sin(angle) * x0;
      }
      default -> { // Karras et al. (2022), table 1 and eq. 8: (y − c_skip·x)/c_out
        double x = x0 + t * epsilon, sum = t * t + 0.25;
        yield (x0 - 0.25 / sum * x) / (t * 0.5 / Math.sqrt(sum));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"continuous", "edm", "flow"})
  void theLossIsZeroForTheTargetAndOneForOneBesideIt(String kind) {
    ContinuousProcess process = process(kind);
    double[] t = {0.1, 0.45, 0.8}, data = {0.7, -0.2, 0.4}, noise = {-1.1, 0.3, 0.9};
    try (Scope scope = Scope.open()) {
      Variable x0 = Variable.constant(Tensor.of(on, Shape.of(3, 1), data));
      Variable epsilon = Variable.constant(Tensor.of(on, Shape.of(3, 1), noise));
      for (double beside : new double[] {0, 1}) {
        double[] told = new double[3];
        Arrays.setAll(told, n -> target(kind, t[n], data[n], noise[n]) + beside);
        Variable answer = Variable.constant(Tensor.of(on, Shape.of(3, 1), told));
        double[] losses = new ContinuousLoss(
                process, new Weightings.Uniform(), ErrorMeasure.SQUARED)
            .losses(query -> answer, x0, t, epsilon, false, Pass.inference())
            .value()
            .toDoubles();
        for (double loss : losses) {
          assertEquals(beside, loss, 1e-6, kind);
        }
      }
    }
  }

  /** An error of 1 beside the target costs what an error of the data or the noise that follows costs. */
  @ParameterizedTest
  @ValueSource(strings = {"continuous", "edm", "flow"})
  void weightsAreThoseOfTheErrorsThatTheyName(String kind) {
    ContinuousProcess process = process(kind);
    for (double t : new double[] {0.07, 0.3, 0.62, 0.95}) {
      double s = kind.equals("edm") ? 1 : kind.equals("flow") ? 1 - t : process.signal(t);
      double n = kind.equals("continuous") ? Math.sqrt(1 - s * s) : t;
      double snr = s * s / (n * n);
      // Of the data: x_0 = s·x − n·v; σ·σ_d/√(σ² + σ_d²) of the network; x − t·v.
      double ofData = kind.equals("edm") ? t * t * 0.25 / (t * t + 0.25) : n * n;
      double flow = 1 / (1 + s / n); // the time of a flow with this ratio
      assertWeight(process, t, new Weightings.Data(), ofData);
      assertWeight(process, t, new Weightings.Epsilon(), ofData * snr);
      assertWeight(process, t, new Weightings.Snr(), snr);
      assertWeight(process, t, new Weightings.MinSnr(2), ofData * Math.min(snr, 2));
      assertWeight(process, t, new Weightings.InverseSquare(), 1 / (flow * flow));
      assertWeight(
          process, t, new Weightings.CosMap(), 2 / (Math.PI * (1 - 2 * flow + 2 * flow * flow)));
    }
  }

  private void assertWeight(
      ContinuousProcess process, double t, WeightingSettings weighting, double expected) {
    try (Scope scope = Scope.open()) {
      Variable zero = Variable.constant(Tensor.of(on, Shape.of(1, 1), 0));
      Variable one = Variable.constant(Tensor.of(on, Shape.of(1, 1), 1));
      double loss = new ContinuousLoss(process, weighting, ErrorMeasure.SQUARED)
          .losses(query -> one, zero, new double[] {t}, zero, false, Pass.inference())
          .value()
          .item();
      assertEquals(1, loss / expected, 1e-9, weighting + " at " + t);
    }
  }

  /** ᾱ of the linear law is e^(−10⁻⁴ − 10·t²); tan of the bounded one goes evenly between its bounds. */
  @Test
  void ratiosFallAsTheirFormulasSay() {
    LogSnr linear = new LogSnrs.Linear().create();
    LogSnr bounded = new LogSnrs.Bounded(-15, 15, 1, 1).create();
    LogSnr moved = new LogSnrs.Bounded(-12, 10, 0.25, 0.5).create();
    for (double t : new double[] {0, 0.2, 0.5, 0.9, 1}) {
      double left = Math.exp(-1e-4 - 10 * t * t);
      assertEquals(Math.log(left / (1 - left)), linear.at(t), 1e-8 * Math.abs(linear.at(t)));
      assertEquals(-bounded.at(1 - t), bounded.at(t), 1e-9, "odd around the middle");
      double low = Math.atan(Math.exp(-5)), high = Math.atan(Math.exp(6));
      double ratio = Math.tan(low + t * (high - low)); // n/s before the shift
      double shift = Math.pow(0.25, t) * Math.pow(0.5, 1 - t);
      assertEquals(2 * Math.log(shift / ratio), moved.at(t), 1e-9);
    }
    assertEquals(15, bounded.at(0), 1e-9);
    assertEquals(-15, bounded.at(1), 1e-9);
  }

  @Test
  void trainingLooksAtTheTimesOfTheLaw() {
    RandomKey key = RandomKey.of(3);
    FlowTimes logitNormal = new FlowTimesKinds.LogitNormal(0, 1).create();
    double[] logs = new double[4000], times = new double[4000];
    for (int n = 0; n < 4000; n++) {
      logs[n] = Math.log(process("edm").draw(key, n)); // log σ is normal: −1.2, 1.2
      double t = logitNormal.draw(key, n); // its logit is: 0, 1
      times[n] = Math.log(t / (1 - t));
    }
    assertEquals(-1.2, Arrays.stream(logs).average().orElseThrow(), 0.06);
    assertEquals(0, Arrays.stream(times).average().orElseThrow(), 0.05);
    double spread = Arrays.stream(times).map(x -> x * x).average().orElseThrow();
    assertEquals(1, Math.sqrt(spread), 0.05);
  }

  @Test
  void whatIsNotDefinedIsRefused() {
    ProcessSettings mean = new ContinuousSettings(new LogSnrs.Cosine(0.008), Prediction.MEAN);
    assertThrows(SettingException.class, () -> mean.create(Clipping.none()));
    ProcessSettings none = new EdmSettings(0.5, 80, 0.002, 7, -1.2, 1.2, KarrasProcess.Form.PLAIN);
    assertThrows(SettingException.class, () -> none.create(Clipping.none()));
  }
}
