package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import brume.diffusion.process.PixelRange;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.DdimStep;
import brume.diffusion.sampler.DdpmStep;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Interpolation;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.Step;
import brume.diffusion.sampler.StepSampler;
import brume.diffusion.sampler.TimestepSpacing;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.math.Arithmetic;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Whole ways from noise to data in lucidrains, ddpm-torch and improved-diffusion. */
final class TrajectoryRunner implements CaseRunner {

  private static final Set<String> KNOWN = Set.of(
      "x", "x_start", "pred_noise", "pred_x_0", "pred_xstart", "sample", "t", "model_t", "betas");
  private static final List<String> SAMPLERS = List.of("ddpm", "ddim", "ddim1d", "interpolate");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && SAMPLERS.contains(asked.attrs().path("sampler").asText())
        && SmallDenoiser.isIn(asked)
        && !SmallDenoiser.isToldClasses(asked)
        && ProcessSettings.of(asked).isKnown()
        && KNOWN.containsAll(asked.outputs());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Sampler sampler = sampler(asked);
    boolean interpolates = asked.attrs().path("sampler").asText().equals("interpolate");
    int steps = interpolates ? asked.attrs().path("t").asInt(sampler.steps() - 1) : sampler.steps();
    Tensor start = interpolates
        ? mixed(asked, sampler.levels().at(steps), on)
        : ChannelsLast.load(asked, "input.x_T", on);
    Denoised model = Denoised.of(
        new SmallDenoiser(asked, start.shape().dim(-1), on),
        ProcessSettings.of(asked).reverse(Clipping.unit()));
    Recording recording = new Recording(start);
    NoiseSource noise = Recording.noise(asked);
    Tensor end = interpolates
        ? interpolated(asked, new Interpolation(sampler, steps), model, recording, on)
        : sampler.sample(model, start, noise, recording);

    for (String name : asked.outputs()) {
      String tensor = "output." + name;
      switch (name) {
        case "x" -> results.check(tensor, recording.x());
        case "x_start", "pred_x_0", "pred_xstart" -> results.check(tensor, recording.x0());
        case "pred_noise" -> results.check(tensor, noiseOf(sampler, recording, start));
        case "t", "model_t" ->
          results.check(tensor, descending(steps, k -> sampler.levels().at(k).time()));
        case "betas" ->
          results.check(
              tensor,
              IntStream.range(0, sampler.steps())
                  .mapToDouble(k -> beta(sampler.levels().at(k)))
                  .toArray());
        default -> results.check(tensor, isNormalized(asked) ? PixelRange.toUnit(end) : end);
      }
    }
  }

  static boolean isNormalized(GoldenCase asked) {
    return asked.attrs().path("auto_normalize").asBoolean();
  }

  static Sampler sampler(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    ReverseProcess p = ProcessSettings.of(asked).reverse(Clipping.unit());
    int steps = p.q().steps();
    int[] times = IntStream.range(0, steps).toArray();
    if (attrs.has("timestep_respacing")) {
      times = TimesRunner.respacing(steps, attrs.path("timestep_respacing").asText());
    } else if (attrs.has("skip_schedule")) {
      boolean linear = attrs.path("skip_schedule").asText().equals("linear");
      times = (linear ? TimestepSpacing.STRIDED : TimestepSpacing.QUADRATIC)
          .times(steps, attrs.path("size").asInt());
    } else if (attrs.hasNonNull("sampling_timesteps")) {
      times =
          TimestepSpacing.UNIFORM.times(steps, attrs.path("sampling_timesteps").asInt());
    }
    double eta = attrs.path("eta").asDouble();
    Step step =
        switch (attrs.path("sampler").asText()) {
          case "ddim", "ddim1d" ->
            isDdpmInDisguise(asked, eta)
                ? DdpmStep.USUAL
                : new DdimStep(eta, estimate(attrs, p.prediction()));
          default -> DdpmStep.USUAL;
        };
    return new StepSampler(Levels.through(p.q(), times), step);
  }

  /** With η = 1, ddpm-torch keeps its own variance, be it small (as in DDIM) or large. */
  private static boolean isDdpmInDisguise(GoldenCase asked, double eta) {
    return ProcessSettings.of(asked).is(ProcessSettings.TQCH) && eta == 1;
  }

  /** Two classes of lucidrains derive noise anew only where it is not predicted. */
  static NoiseEstimate estimate(JsonNode attrs, Prediction prediction) {
    boolean guided = attrs.path("system").asText().equals(GuidanceRunner.SYSTEM);
    boolean once = guided || attrs.path("sampler").asText().equals("ddim1d");
    return once && prediction == Prediction.EPSILON
        ? NoiseEstimate.AS_PREDICTED
        : NoiseEstimate.FROM_X0;
  }

  private static Tensor interpolated(
      GoldenCase asked,
      Interpolation interpolation,
      Denoised model,
      Recording recording,
      Backend on) {
    return interpolation.between(
        model,
        asked.attrs().path("lam").asDouble(0.5),
        ChannelsLast.load(asked, "input.x1", on),
        ChannelsLast.load(asked, "input.noise_x1", on),
        ChannelsLast.load(asked, "input.x2", on),
        ChannelsLast.load(asked, "input.noise_x2", on),
        Recording.noise(asked),
        recording);
  }

  private static Tensor mixed(GoldenCase asked, Level level, Backend on) {
    double lambda = asked.attrs().path("lam").asDouble(0.5);
    Tensor[] noisy = new Tensor[2];
    for (int i = 0; i < 2; i++) {
      Variable x0 = ProcessInputs.constant(asked, "x" + (i + 1), on);
      Variable noise = ProcessInputs.constant(asked, "noise_x" + (i + 1), on);
      noisy[i] = Mix.mix(level.signal(), x0, level.noise(), noise).value();
    }
    return Arithmetic.mix(1 - lambda, noisy[0], lambda, noisy[1]);
  }

  /** β = 1 − ᾱ/ᾱ₋. */
  private static double beta(Level level) {
    double share = level.signal() / level.before().signal();
    return 1 - share * share;
  }

  /** The noise of every step, derived from its state and estimate. */
  private static double[] noiseOf(Sampler sampler, Recording recording, Tensor start) {
    int size = start.shape().size();
    double[] x = recording.x(), noise = recording.x0();
    for (int i = 0; i < noise.length; i++) {
      int k = sampler.steps() - 1 - i / size;
      Level level = sampler.levels().at(k);
      noise[i] = (x[i] - level.signal() * noise[i]) / level.noise();
    }
    return noise;
  }

  static double[] descending(int steps, IntToDoubleFunction time) {
    return IntStream.range(0, steps)
        .mapToDouble(i -> time.applyAsDouble(steps - 1 - i))
        .toArray();
  }
}
