package brume.tests.golden;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Churn;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.DpmMultistep;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.sampler.DpmMultistep.Ending;
import brume.diffusion.sampler.DpmMultistep.ThirdOrder;
import brume.diffusion.sampler.DpmSinglestep;
import brume.diffusion.sampler.EulerAncestralStep;
import brume.diffusion.sampler.EulerStep;
import brume.diffusion.sampler.Exponential;
import brume.diffusion.sampler.Kdpm2Step;
import brume.diffusion.sampler.LcmStep;
import brume.diffusion.sampler.LinearMultistep;
import brume.diffusion.sampler.PndmStep;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sampler.Step;
import brume.diffusion.sampler.StepSampler;
import brume.diffusion.sampler.TcdStep;
import brume.diffusion.sampler.UniPcStep;
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
 * Whole ways with the fast solvers of diffusers: by the sampler that their file is read as, and by one
 * that is made here where Brume's settings do not say the same. States of the family of Euler's method
 * are x̄ = x/√ᾱ there; every look at the network is a step of its own.
 */
final class SolverRunner implements CaseRunner {

  /** A solver made of its configuration. */
  @FunctionalInterface
  private interface Solver {
    Step step(GoldenCase asked, JsonNode config, SolverTable table, Levels levels);
  }

  private static final Map<String, Solver> UNSCALED = Map.of(
      "EulerDiscreteScheduler", (asked, config, table, levels) -> euler(asked.attrs()),
      "EulerAncestralDiscreteScheduler",
          (asked, config, table, levels) -> new EulerAncestralStep(1),
      "LMSDiscreteScheduler", (asked, config, table, levels) -> new LinearMultistep(4),
      "KDPM2DiscreteScheduler",
          (asked, config, table, levels) -> Kdpm2Step.of(table.q(), levels, 0),
      "KDPM2AncestralDiscreteScheduler",
          (asked, config, table, levels) -> Kdpm2Step.of(table.q(), levels, 1));
  private static final Map<String, Solver> SCALED = Map.of(
      "DPMSolverMultistepScheduler", (asked, config, table, levels) -> multistep(config),
      "DPMSolverSinglestepScheduler", (asked, config, table, levels) -> singlestep(config),
      "PNDMScheduler",
          (asked, config, table, levels) -> PndmStep.of(
              config.path("skip_prk_steps").asBoolean()
                  ? PndmStep.Start.SECOND_LOOK
                  : PndmStep.Start.RUNGE_KUTTA,
              config.path("prediction_type").asText().equals("v_prediction"),
              table.q(),
              levels),
      "LCMScheduler",
          (asked, config, table, levels) ->
              new LcmStep(config.path("timestep_scaling").asDouble(), 0.5),
      "TCDScheduler",
          (asked, config, table, levels) ->
              TcdStep.of(asked.attrs().path("eta").asDouble(), table.q(), levels),
      "UniPCMultistepScheduler", (asked, config, table, levels) -> unipc(config),
      "DEISMultistepScheduler", (asked, config, table, levels) -> deis(config));

  private static final Set<String> CLOSED = Set.of("PNDMScheduler", "LCMScheduler", "TCDScheduler");

  private static Step euler(JsonNode attrs) {
    return new EulerStep(new Churn(
        attrs.path("s_churn").asDouble(0),
        attrs.path("s_tmin").asDouble(0),
        attrs.path("s_tmax").asDouble(Double.POSITIVE_INFINITY),
        attrs.path("s_noise").asDouble(1)));
  }

  private static Exponential form(JsonNode config) {
    return config.path("algorithm_type").asText().endsWith("++")
        ? Exponential.DATA
        : Exponential.NOISE;
  }

  private static Ending ending(JsonNode config) {
    return config.path("euler_at_final").asBoolean()
        ? Ending.EULER
        : config.path("lower_order_final").asBoolean() ? Ending.LOWER : Ending.FULL;
  }

  private static Step multistep(JsonNode config) {
    return new DpmMultistep(
        config.path("solver_order").asInt(),
        form(config),
        config.path("solver_type").asText().equals("heun") ? Correction.HEUN : Correction.MIDPOINT,
        ThirdOrder.PUBLISHED,
        config.path("algorithm_type").asText().startsWith("sde"),
        ending(config));
  }

  private static Step singlestep(JsonNode config) {
    return new DpmSinglestep(
        config.path("solver_order").asInt(),
        form(config),
        config.path("solver_type").asText().equals("heun") ? Correction.HEUN : Correction.MIDPOINT,
        config.path("lower_order_final").asBoolean());
  }

  private static Step unipc(JsonNode config) {
    List<Integer> uncorrected = new ArrayList<>();
    config.path("disable_corrector").forEach(step -> uncorrected.add(step.asInt()));
    return new UniPcStep(
        config.path("solver_order").asInt(),
        config.path("predict_x0").asBoolean() ? Exponential.DATA : Exponential.NOISE,
        config.path("solver_type").asText().equals("bh1")
            ? UniPcStep.Scale.BH1
            : UniPcStep.Scale.BH2,
        uncorrected,
        config.path("lower_order_final").asBoolean());
  }

  private static Step deis(JsonNode config) {
    return new DpmMultistep(
        config.path("solver_order").asInt(),
        Exponential.NOISE,
        Correction.HEUN,
        ThirdOrder.EXACT,
        false,
        ending(config));
  }

  private static String scheduler(GoldenCase asked) {
    return asked.attrs().path("scheduler").asText();
  }

  private static SolverTable table(GoldenCase asked) {
    return new SolverTable(
        asked.attrs().path("config"),
        asked.attrs().path("num_inference_steps").asInt(),
        SCALED.containsKey(scheduler(asked)) && !CLOSED.contains(scheduler(asked)),
        scheduler(asked).startsWith("KDPM2"));
  }

  private static Optional<Levels> levels(GoldenCase asked) {
    return asked.attrs().path("config").has("beta_schedule")
        ? table(asked).levels()
        : Optional.empty();
  }

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && (UNSCALED.containsKey(scheduler(asked)) || SCALED.containsKey(scheduler(asked)))
        && SmallDenoiser.isIn(asked)
        && levels(asked).isPresent();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode config = asked.attrs().path("config");
    boolean scaled = SCALED.containsKey(scheduler(asked));
    SolverTable table = table(asked);
    Levels levels = levels(asked).orElseThrow();
    Step step =
        (scaled ? SCALED : UNSCALED).get(scheduler(asked)).step(asked, config, table, levels);
    Optional<Recipe> read = DiffusersRunner.scheduler(asked)
        .map(recipe -> DiffusersRunner.sampledAs(recipe, asked.attrs()));
    ReverseProcess process = read.map(recipe -> recipe.reverse().discrete("no times"))
        .orElseGet(() -> new ReverseProcess(
            table.q(),
            SolverTable.PREDICTIONS.get(config.path("prediction_type").asText()),
            ReverseVariance.FIXED_SMALL,
            clipping(config)));
    Sampler sampler = read.map(recipe -> recipe.sampler().create(process))
        .orElseGet(() -> new StepSampler(levels, step));
    Level last = levels.at(levels.count() - 1);
    // Leading schedules start with σ and data of variance 1, all others with σ alone.
    boolean whole = scaled || config.path("timestep_spacing").asText().equals("leading");
    Tensor noise = ChannelsLast.load(asked, "input.x_T", on);
    double scale = whole ? 1 : last.noise();
    Tensor start = Arithmetic.affine(scale / sampler.levels().prior(), noise, 0);

    List<double[]> states = new ArrayList<>(), estimates = new ArrayList<>();
    List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();
    List<Double> times = new ArrayList<>(), sigmas = new ArrayList<>();
    Denoised model = Denoised.of(
        DiffusersRunner.listeningTo(
            new SmallDenoiser(asked, start.shape().dim(-1), on), seen, answers),
        process);
    Denoised listening = (xt, level) -> {
      states.add(over(ChannelsLast.unload(xt.value()), scaled ? 1 : level.signal()));
      times.add(level.time());
      sigmas.add(level.sigma());
      var estimate = model.at(xt, level);
      estimates.add(ChannelsLast.unload(estimate.x0().value()));
      return estimate;
    };
    Tensor end = sampler.sample(listening, start, Recording.noise(asked), SamplingListener.NONE);
    double data = levels.q().schedule().alphaBarBefore(0);
    states.add(over(ChannelsLast.unload(end), scaled ? 1 : Math.sqrt(data)));
    sigmas.add(Math.sqrt((1 - data) / data));

    results.check("output.x", Recording.joined(states));
    results.check("output.model_input", Recording.joined(seen));
    results.check("output.model_output", Recording.joined(answers));
    results.check("output.timesteps", numbers(times));
    results.check(
        "output.init_noise_sigma", scaled ? 1 : whole ? Math.hypot(last.sigma(), 1) : last.sigma());
    for (String name : asked.outputs()) {
      switch (name) {
        case "sigmas" -> results.check("output.sigmas", sigmas(asked, numbers(sigmas)));
        case "pred_original_sample" -> {
          if (asked.attrs().path("s_churn").asDouble() > 0) {
            results.skip(
                "output.pred_original_sample"); // of the state with noise, asked without it
          } else {
            results.check("output.pred_original_sample", Recording.joined(estimates));
          }
        }
        case "alphas_cumprod" ->
          results.check(
              "output.alphas_cumprod", DiffusersRunner.someAlphaBars(table.q().schedule()));
        default -> {}
      }
    }
  }

  /**
   * Schedulers that interpolate logarithms keep a 0 after their last level, which nothing visits; KDPM2
   * keeps every level but the first twice in place of the middles, and its 0 three times.
   */
  private static double[] sigmas(GoldenCase asked, double[] visited) {
    if (scheduler(asked).startsWith("KDPM2")) {
      double[] kept = Arrays.copyOf(visited, visited.length + 2);
      for (int i = 1; i < visited.length - 1; i += 2) {
        kept[i] = visited[i + 1];
      }
      return kept;
    }
    boolean more =
        asked.attrs().path("config").path("interpolation_type").asText().equals("log_linear");
    return more ? Arrays.copyOf(visited, visited.length + 1) : visited;
  }

  private static Clipping clipping(JsonNode config) {
    return config.path("thresholding").asBoolean()
        ? Clipping.dynamic(
            config.path("dynamic_thresholding_ratio").asDouble(),
            config.path("sample_max_value").asDouble())
        : Clipping.none();
  }

  private static double[] over(double[] x, double signal) {
    return Arrays.stream(x).map(number -> number / signal).toArray();
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(number -> number).toArray();
  }
}
