package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.Clipping;
import brume.diffusion.ForwardProcess;
import brume.diffusion.NoisePredictor;
import brume.diffusion.NoiseSchedule;
import brume.diffusion.Prediction;
import brume.diffusion.ReverseProcess;
import brume.diffusion.ReverseVariance;
import brume.diffusion.sampler.DdimSampler;
import brume.diffusion.sampler.DdpmSampler;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.TimestepSpacing;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whole ways from noise to data with the schedulers of diffusers. */
final class DiffusersRunner implements CaseRunner {

  private static final List<String> SCHEDULERS = List.of("DDPMScheduler", "DDIMScheduler");
  private static final Map<String, Prediction> PREDICTIONS = Map.of(
      "epsilon", Prediction.EPSILON,
      "sample", Prediction.X0,
      "v_prediction", Prediction.V);
  private static final Map<String, ReverseVariance> VARIANCES = Map.of(
      "fixed_small", ReverseVariance.FIXED_SMALL,
      "fixed_small_log", ReverseVariance.FIXED_SMALL,
      "fixed_large", ReverseVariance.FIXED_LARGE,
      "learned_range", ReverseVariance.LEARNED_RANGE);
  private static final Map<String, TimestepSpacing> SPACINGS = Map.of(
      "leading", TimestepSpacing.LEADING,
      "trailing", TimestepSpacing.TRAILING,
      "linspace", TimestepSpacing.LINSPACE);

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && SCHEDULERS.contains(asked.attrs().path("scheduler").asText())
        && SmallDenoiser.isIn(asked)
        && Scheduler.of(asked).isKnown();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Scheduler scheduler = Scheduler.of(asked);
    Sampler sampler = scheduler.sampler();
    Tensor start = ChannelsLast.load(asked, "input.x_T", on);
    Recording recording = new Recording(start);
    List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();
    NoisePredictor denoiser =
        listeningTo(new SmallDenoiser(asked, start.shape().dim(-1), on), seen, answers);
    sampler.sample(denoiser, on, start.shape(), Recording.noise(asked), recording);

    int last = sampler.steps() - 1;
    results.check("output.x", recording.x());
    results.check("output.pred_original_sample", recording.x0());
    results.check("output.model_input", Recording.joined(seen));
    results.check("output.model_output", Recording.joined(answers));
    results.check("output.init_noise_sigma", 1.0);
    results.check(
        "output.timesteps",
        IntStream.rangeClosed(0, last).mapToDouble(i -> sampler.time(last - i)).toArray());
    results.check("output.alphas_cumprod", scheduler.someAlphaBars());
    int[] outermost = {sampler.time(last), sampler.time(0)};
    results.check(
        "output.add_noise",
        new ForwardProcess(scheduler.schedule().orElseThrow())
            .sample(
                Variable.constant(start),
                outermost,
                Variable.constant(ProcessInputs.entry(asked, "noise", 0, on)))
            .value());
  }

  private static NoisePredictor listeningTo(
      NoisePredictor denoiser, List<double[]> seen, List<double[]> answers) {
    return (xt, times, pass) -> {
      Variable answer = denoiser.predict(xt, times, pass);
      seen.add(ChannelsLast.unload(xt.value()));
      answers.add(ChannelsLast.unload(answer.value()));
      return answer;
    };
  }

  /** The configuration of a scheduler, defaults filled in. */
  private record Scheduler(JsonNode attrs, JsonNode config, boolean isDdim) {

    static Scheduler of(GoldenCase asked) {
      return new Scheduler(
          asked.attrs(),
          asked.attrs().path("config"),
          asked.attrs().path("scheduler").asText().equals("DDIMScheduler"));
    }

    boolean isKnown() {
      return schedule().isPresent()
          && PREDICTIONS.containsKey(text("prediction_type", "epsilon"))
          && VARIANCES.containsKey(text("variance_type", "fixed_small"))
          && SPACINGS.containsKey(text("timestep_spacing", "leading"))
          && !config.hasNonNull("trained_betas");
    }

    Optional<NoiseSchedule> schedule() {
      int steps = config.path("num_train_timesteps").asInt(1000);
      double first = config.path("beta_start").asDouble(1e-4);
      double last = config.path("beta_end").asDouble(0.02);
      Optional<NoiseSchedule> schedule =
          switch (text("beta_schedule", "linear")) {
            case "linear" -> Optional.of(NoiseSchedule.linear(steps, first, last));
            case "scaled_linear" -> Optional.of(NoiseSchedule.scaledLinear(steps, first, last));
            case "squaredcos_cap_v2" -> Optional.of(NoiseSchedule.cosine(steps));
            default -> Optional.empty();
          };
      return config.path("rescale_betas_zero_snr").asBoolean()
          ? schedule.map(NoiseSchedule::withZeroTerminalSnr)
          : schedule;
    }

    Sampler sampler() {
      NoiseSchedule schedule = schedule().orElseThrow();
      int[] times = times(schedule.steps());
      ReverseProcess trained = new ReverseProcess(
          new ForwardProcess(schedule),
          PREDICTIONS.get(text("prediction_type", "epsilon")),
          VARIANCES.get(text("variance_type", "fixed_small")),
          clipping());
      if (!isDdim) {
        return DdpmSampler.through(trained, times);
      }
      boolean rederived = attrs.path("use_clipped_model_output").asBoolean();
      return new DdimSampler(
          trained.withSchedule(schedule.respaced(times, before(schedule, times))),
          attrs.path("eta").asDouble(),
          rederived ? NoiseEstimate.FROM_X0 : NoiseEstimate.AS_PREDICTED,
          times);
    }

    private int[] times(int steps) {
      String spacing = text("timestep_spacing", "leading");
      int offset = spacing.equals("leading") ? config.path("steps_offset").asInt() : 0;
      int[] times = SPACINGS.get(spacing).times(steps, count());
      return Arrays.stream(times).map(t -> t + offset).toArray();
    }

    /** Whatever the spacing, DDIM goes T/S steps back, and at the end to ᾱ = 1 or to ᾱ[0]. */
    private double[] before(NoiseSchedule schedule, int[] times) {
      double end = config.path("set_alpha_to_one").asBoolean(true) ? 1 : schedule.alphaBar(0);
      int stride = schedule.steps() / count();
      return Arrays.stream(times)
          .mapToDouble(t -> t >= stride ? schedule.alphaBar(t - stride) : end)
          .toArray();
    }

    private int count() {
      return attrs.path("num_inference_steps").asInt();
    }

    private Clipping clipping() {
      if (config.path("thresholding").asBoolean()) {
        return Clipping.dynamic(
            config.path("dynamic_thresholding_ratio").asDouble(0.995),
            config.path("sample_max_value").asDouble(1));
      }
      return config.path("clip_sample").asBoolean(true)
          ? Clipping.at(config.path("clip_sample_range").asDouble(1))
          : Clipping.none();
    }

    double[] someAlphaBars() {
      NoiseSchedule schedule = schedule().orElseThrow();
      int stride = schedule.steps() / 20;
      return IntStream.range(0, schedule.steps())
          .filter(t -> t % stride == 0)
          .mapToDouble(schedule::alphaBar)
          .toArray();
    }

    private String text(String name, String otherwise) {
      return config.path(name).asText(otherwise);
    }
  }
}
