package brume.tests.golden;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.KarrasProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.LogSnrs;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.StraightProcess;
import brume.diffusion.process.VariancePreserving;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.DdimStep;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.DpmMultistep;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.sampler.DpmMultistep.Ending;
import brume.diffusion.sampler.DpmMultistep.ThirdOrder;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.Exponential;
import brume.diffusion.sampler.ExponentialSpacing;
import brume.diffusion.sampler.KarrasSpacing;
import brume.diffusion.sampler.PndmStep;
import brume.diffusion.sampler.RenoisedStep;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sampler.ShiftedSpacing;
import brume.diffusion.sampler.Step;
import brume.diffusion.sampler.StepSampler;
import brume.diffusion.sampler.TrapezoidStep;
import brume.nn.Denoiser;
import brume.nn.Query;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.math.Arithmetic;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Whole ways with the schedulers of diffusers whose times have no numbers. */
final class ContinuousSchedulerRunner implements CaseRunner {

  private static final Set<String> KNOWN = Set.of(
      "x",
      "model_input",
      "model_output",
      "timesteps",
      "init_noise_sigma",
      "sigmas",
      "pred_original_sample");

  /**
   * What a scheduler stands for.
   *
   * @param process with its reading of the network
   * @param way its levels
   * @param step from each to the next
   * @param start standard deviation of where it starts
   * @param told the network's time, of Brume's
   */
  private record Scheduler(
      ContinuousProcess process, Way way, Step step, double start, DoubleUnaryOperator told) {}

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode config = config(asked);
    boolean known =
        switch (asked.attrs().path("scheduler").asText()) {
          case "EDMEulerScheduler" -> isZero(config);
          case "EDMDPMSolverMultistepScheduler" ->
            isZero(config)
                && !config.path("thresholding").asBoolean()
                && config.path("algorithm_type").asText().endsWith("++");
          case "FlowMatchEulerDiscreteScheduler" ->
            !config.path("invert_sigmas").asBoolean()
                && !config.path("use_beta_sigmas").asBoolean()
                && !config.hasNonNull("shift_terminal")
                && (!config.path("use_dynamic_shifting").asBoolean()
                    || asked.attrs().has("mu"));
          case "IPNDMScheduler" -> !config.hasNonNull("trained_betas");
          case "FlowMatchHeunDiscreteScheduler", "CMStochasticIterativeScheduler" -> true;
          default -> false;
        };
    return known
        && asked.kind().equals("trajectory")
        && SmallDenoiser.isIn(asked)
        && KNOWN.containsAll(asked.outputs());
  }

  private static boolean isZero(JsonNode config) {
    return config.path("final_sigmas_type").asText("zero").equals("zero");
  }

  private static JsonNode config(GoldenCase asked) {
    return asked.attrs().path("config");
  }

  /** By the sampler that the file is read as, or by one that is made here. */
  private static Scheduler scheduler(GoldenCase asked) {
    Scheduler made = made(asked);
    return DiffusersRunner.scheduler(asked)
        .map(recipe -> DiffusersRunner.sampledAs(recipe, asked.attrs()))
        .map(recipe -> read(recipe, made))
        .orElse(made);
  }

  private static Scheduler read(Recipe recipe, Scheduler made) {
    ContinuousProcess process = recipe.reverse().continuous("expected any times, got numbers");
    StepSampler sampler = (StepSampler) recipe.sampler().create(process);
    return new Scheduler(process, sampler.levels(), sampler.step(), made.start, made.told);
  }

  private static Scheduler made(GoldenCase asked) {
    JsonNode config = config(asked);
    int steps = asked.attrs().path("num_inference_steps").asInt();
    return switch (asked.attrs().path("scheduler").asText()) {
      case "EDMEulerScheduler" -> karras(config, steps, DdimStep.of(0));
      case "EDMDPMSolverMultistepScheduler" ->
        karras(
            config,
            steps,
            new DpmMultistep(
                config.path("solver_order").asInt(),
                Exponential.DATA,
                config.path("solver_type").asText().equals("heun")
                    ? Correction.HEUN
                    : Correction.MIDPOINT,
                ThirdOrder.PUBLISHED,
                config.path("algorithm_type").asText().startsWith("sde"),
                config.path("euler_at_final").asBoolean()
                    ? Ending.EULER
                    : config.path("lower_order_final").asBoolean() ? Ending.LOWER : Ending.FULL));
      case "FlowMatchHeunDiscreteScheduler" -> flow(asked, steps, new TrapezoidStep());
      case "IPNDMScheduler" -> pndm(steps);
      case "CMStochasticIterativeScheduler" -> consistency(config, steps);
      default ->
        flow(
            asked,
            steps,
            config.path("stochastic_sampling").asBoolean() ? new RenoisedStep(0) : DdimStep.of(0));
    };
  }

  private static Scheduler karras(JsonNode config, int steps, Step step) {
    double low = config.path("sigma_min").asDouble(),
        high = config.path("sigma_max").asDouble();
    KarrasProcess process = karras(
        config,
        config.path("prediction_type").asText().equals("v_prediction")
            ? KarrasProcess.Form.NEGATIVE
            : KarrasProcess.Form.PLAIN,
        Clipping.none());
    Way way = config.path("sigma_schedule").asText().equals("exponential")
        ? new ExponentialSpacing(low, high).levels(process, steps)
        : new KarrasSpacing(config.path("rho").asDouble(), low, high).levels(process, steps);
    return new Scheduler(process, way, step, Math.hypot(high, 1), time -> time);
  }

  private static KarrasProcess karras(JsonNode config, KarrasProcess.Form form, Clipping clipping) {
    return new KarrasProcess(
        config.path("sigma_data").asDouble(),
        config.path("sigma_min").asDouble(),
        config.path("sigma_max").asDouble(),
        config.path("rho").asDouble(),
        -1.2,
        1.2,
        form,
        clipping);
  }

  private static Scheduler consistency(JsonNode config, int steps) {
    double least = config.path("sigma_min").asDouble();
    KarrasProcess process = karras(
        config,
        KarrasProcess.Form.CONSISTENCY,
        config.path("clip_denoised").asBoolean() ? Clipping.unit() : Clipping.none());
    // Every so many of the levels at which it was trained.
    int all = config.path("num_train_timesteps").asInt(), stride = all / steps;
    double[] trained = process.times(all);
    double[] times = IntStream.range(0, steps)
        .mapToDouble(i -> trained[all - 1 - (steps - 1 - i) * stride])
        .toArray();
    return new Scheduler(
        process, process.through(times), new RenoisedStep(least), process.largest(), time -> time);
  }

  /** The process of dance-diffusion: n = sin²(π·t/2), and the network is told 2/π·atan(n/s). */
  private static Scheduler pndm(int steps) {
    VariancePreserving process = new VariancePreserving(
        new LogSnrs.Crash().create(), Prediction.V, VariancePreserving.Told.ANGLE, Clipping.none());
    return new Scheduler(
        process,
        process.through(process.times(steps)),
        PndmStep.lowerFromNothing(),
        1,
        time -> time);
  }

  private static Scheduler flow(GoldenCase asked, int steps, Step step) {
    JsonNode config = config(asked);
    int all = config.path("num_train_timesteps").asInt();
    StraightProcess plain = new StraightProcess(1, (key, sample) -> 0.5, Clipping.none());
    boolean dynamic = config.path("use_dynamic_shifting").asBoolean();
    double shift = dynamic
        ? dynamicShift(config, asked.attrs().path("mu").asDouble())
        : config.path("shift").asDouble();
    double first = 1.0 / all;
    // The table of training is shifted already, and what is taken of it once more.
    double least = dynamic ? first : shift * first / (1 + (shift - 1) * first);
    Way shifted = new ShiftedSpacing(shift, least).levels(plain, steps);
    double low = shifted.at(0).noise(), high = shifted.at(steps - 1).noise();
    Way way = shifted;
    if (config.path("use_karras_sigmas").asBoolean()) {
      KarrasProcess of =
          new KarrasProcess(1, low, high, 7, 0, 1, KarrasProcess.Form.PLAIN, Clipping.none());
      way = plain.through(of.times(steps));
    } else if (config.path("use_exponential_sigmas").asBoolean()) {
      way = plain.through(IntStream.range(0, steps)
          .mapToDouble(i -> low * Math.pow(high / low, i / (steps - 1.0)))
          .toArray());
    }
    return new Scheduler(plain, way, step, 1, time -> time * all / 1000);
  }

  /** How a shift depends on the size of pictures. */
  private static double dynamicShift(JsonNode config, double mu) {
    return config.path("time_shift_type").asText("exponential").equals("linear")
        ? mu
        : Math.exp(mu);
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Scheduler scheduler = scheduler(asked);
    Tensor noise = ChannelsLast.load(asked, "input.x_T", on);
    Tensor start = Arithmetic.affine(scheduler.start, noise, 0);
    List<double[]> states = new ArrayList<>(), estimates = new ArrayList<>();
    List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();
    List<Double> times = new ArrayList<>(), sigmas = new ArrayList<>();
    Denoiser small = new SmallDenoiser(asked, start.shape().dim(-1), on);
    Denoiser listened = DiffusersRunner.listeningTo(
        query -> small.predict(new Query(
            query.xt(),
            Arrays.stream(query.times()).map(scheduler.told).toArray(),
            query.condition(),
            query.pass())),
        seen,
        answers);
    Denoised model = Denoised.of(listened, scheduler.process);
    Denoised listening = (xt, level) -> {
      states.add(ChannelsLast.unload(xt.value()));
      times.add(scheduler.told.applyAsDouble(level.time()));
      sigmas.add(level.noise());
      Estimate estimate = model.at(xt, level);
      estimates.add(ChannelsLast.unload(estimate.x0().value()));
      return estimate;
    };
    int steps = scheduler.way.count();
    Tensor end = new StepSampler(scheduler.way, scheduler.step)
        .denoise(listening, start, steps, Recording.noise(asked), SamplingListener.NONE);
    states.add(ChannelsLast.unload(end));
    Level last = scheduler.way.at(0).before();
    // Consistency models keep the level at which data begin in place of 0.
    sigmas.add(scheduler.step instanceof RenoisedStep step ? step.least() : last.noise());

    for (String name : asked.outputs()) {
      String tensor = "output." + name;
      switch (name) {
        case "x" -> results.check(tensor, Recording.joined(states));
        case "model_input" -> results.check(tensor, Recording.joined(seen));
        case "model_output" -> results.check(tensor, Recording.joined(answers));
        case "timesteps" -> results.check(tensor, numbers(times));
        case "sigmas" -> results.check(tensor, numbers(sigmas));
        case "init_noise_sigma" -> results.check(tensor, scheduler.start);
        default -> results.check(tensor, Recording.joined(estimates));
      }
    }
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(number -> number).toArray();
  }
}
