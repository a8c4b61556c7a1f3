package brume.tests.golden;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.HeunStep;
import brume.diffusion.sampler.KarrasSpacing;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sampler.StepSampler;
import brume.diffusion.sampler.TimestepSpacing;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.math.Arithmetic;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Heun's method as diffusers does it. There, states are x̄ = x/√ᾱ, and each of the two looks of a step
 * is a step of its own.
 */
final class HeunRunner implements CaseRunner {

  private static final Map<String, Prediction> PREDICTIONS =
      Map.of("epsilon", Prediction.EPSILON, "v_prediction", Prediction.V);
  private static final Set<String> OTHER_SIGMAS =
      Set.of("use_beta_sigmas", "use_exponential_sigmas");

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode config = asked.attrs().path("config");
    return asked.kind().equals("trajectory")
        && asked.attrs().path("scheduler").asText().equals("HeunDiscreteScheduler")
        && SmallDenoiser.isIn(asked)
        && PREDICTIONS.containsKey(config.path("prediction_type").asText())
        && Set.of("linear", "scaled_linear")
            .contains(config.path("beta_schedule").asText())
        && Set.of("linspace", "trailing")
            .contains(config.path("timestep_spacing").asText())
        && OTHER_SIGMAS.stream().noneMatch(option -> config.path(option).asBoolean());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode config = asked.attrs().path("config");
    Optional<Recipe> read = DiffusersRunner.scheduler(asked)
        .map(recipe -> DiffusersRunner.sampledAs(recipe, asked.attrs()));
    ReverseProcess process =
        read.map(recipe -> recipe.reverse().discrete("no times")).orElseGet(() -> process(config));
    Levels levels =
        levels(process.q(), config, asked.attrs().path("num_inference_steps").asInt());
    Level last = levels.at(levels.count() - 1);
    Tensor noise = ChannelsLast.load(asked, "input.x_T", on);
    Sampler sampler = read.map(recipe -> recipe.sampler().create(process))
        .orElseGet(() -> new StepSampler(levels, new HeunStep()));
    Tensor start = Arithmetic.affine(last.noise() / sampler.levels().prior(), noise, 0);

    List<double[]> states = new ArrayList<>(), estimates = new ArrayList<>();
    List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();
    List<Double> times = new ArrayList<>(), sigmas = new ArrayList<>();
    Denoised model = Denoised.of(
        DiffusersRunner.listeningTo(
            new SmallDenoiser(asked, start.shape().dim(-1), on), seen, answers),
        process);
    Denoised listening = (xt, level) -> {
      double[] x = ChannelsLast.unload(xt.value());
      states.add(Arrays.stream(x).map(number -> number / level.signal()).toArray());
      times.add(level.time());
      sigmas.add(level.sigma());
      var estimate = model.at(xt, level);
      estimates.add(ChannelsLast.unload(estimate.x0().value()));
      return estimate;
    };
    Tensor end = sampler.sample(listening, start, Recording.noise(asked), SamplingListener.NONE);
    states.add(ChannelsLast.unload(end));
    sigmas.add(0.0);

    results.check("output.x", Recording.joined(states));
    results.check("output.model_input", Recording.joined(seen));
    results.check("output.model_output", Recording.joined(answers));
    results.check("output.pred_original_sample", Recording.joined(estimates));
    results.check("output.timesteps", numbers(times));
    results.check("output.sigmas", numbers(sigmas));
    results.check("output.init_noise_sigma", last.sigma());
    results.check(
        "output.alphas_cumprod", DiffusersRunner.someAlphaBars(process.q().schedule()));
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(number -> number).toArray();
  }

  private static ReverseProcess process(JsonNode config) {
    int steps = config.path("num_train_timesteps").asInt();
    double first = config.path("beta_start").asDouble(),
        last = config.path("beta_end").asDouble();
    NoiseSchedule schedule = config.path("beta_schedule").asText().equals("linear")
        ? NoiseSchedule.linear(steps, first, last)
        : NoiseSchedule.scaledLinear(steps, first, last);
    return new ReverseProcess(
        new ForwardProcess(schedule),
        PREDICTIONS.get(config.path("prediction_type").asText()),
        ReverseVariance.FIXED_SMALL,
        config.path("clip_sample").asBoolean()
            ? Clipping.at(config.path("clip_sample_range").asDouble())
            : Clipping.none());
  }

  /** Times at equal gaps lie between those of the process here. */
  private static Levels levels(ForwardProcess q, JsonNode config, int steps) {
    if (config.path("use_karras_sigmas").asBoolean()) {
      return new KarrasSpacing(7, Double.MIN_VALUE, Double.MAX_VALUE).levels(q, steps);
    }
    if (config.path("timestep_spacing").asText().equals("trailing")) {
      return TimestepSpacing.TRAILING.levels(q, steps);
    }
    double[] times = new double[steps];
    Arrays.setAll(times, i -> i * (q.steps() - 1.0) / (steps - 1));
    return Levels.between(q, times);
  }
}
