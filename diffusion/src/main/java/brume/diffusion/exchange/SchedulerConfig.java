package brume.diffusion.exchange;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.TimestepSpacing;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@code scheduler_config.json} of diffusers says. Both schedulers can be made of either file.
 *
 * @param kind which scheduler
 * @param process the trained one, with the variance that DDPM uses
 * @param spacing of the times that are visited
 * @param offset that is added to times of {@link TimestepSpacing#LEADING}
 * @param endsClean whether the last step of DDIM leads to data, or to the first time
 */
public record SchedulerConfig(
    SchedulerKind kind,
    ReverseProcess process,
    TimestepSpacing spacing,
    int offset,
    boolean endsClean) {

  private static final Map<String, SchedulerKind> KINDS = Stream.of(SchedulerKind.values())
      .collect(Collectors.toMap(SchedulerKind::className, kind -> kind));
  private static final Map<String, Prediction> PREDICTIONS = Map.of(
      "epsilon", Prediction.EPSILON,
      "sample", Prediction.X0,
      "v_prediction", Prediction.V);
  // Not here: fixed_large_log is the square root of a logarithm there, which is not a number.
  private static final Map<String, ReverseVariance> VARIANCES = Map.of(
      "fixed_small", ReverseVariance.FIXED_SMALL,
      "fixed_small_log", ReverseVariance.FIXED_SMALL,
      "fixed_large", ReverseVariance.FORWARD,
      "learned_range", ReverseVariance.LEARNED_RANGE);
  private static final Map<String, TimestepSpacing> SPACINGS = Map.of(
      "leading", TimestepSpacing.LEADING,
      "trailing", TimestepSpacing.TRAILING,
      "linspace", TimestepSpacing.LINSPACE);

  /** A schedule of T steps between two variances. */
  @FunctionalInterface
  private interface ScheduleFamily {
    NoiseSchedule of(int steps, double first, double last);
  }

  private static final Map<String, ScheduleFamily> SCHEDULES = Map.of(
      "linear", NoiseSchedule::linear,
      "scaled_linear", NoiseSchedule::scaledLinear,
      "squaredcos_cap_v2", (steps, first, last) -> NoiseSchedule.cosine(steps),
      "sigmoid", SchedulerConfig::sigmoid);

  /**
   * Reads a file.
   *
   * @param file {@code scheduler_config.json}
   * @return what it says
   * @throws IOException if it cannot be read, or asks for what Brume does not have
   */
  public static SchedulerConfig read(Path file) throws IOException {
    Options options = Options.read(file);
    return of(options.choice("_class_name", "", KINDS), options);
  }

  /**
   * Reads a tree.
   *
   * @param className {@code DDPMScheduler} or {@code DDIMScheduler}
   * @param tree its options; what is missing has the value diffusers gives it
   * @param source what to call the tree in a message
   * @return what it says
   * @throws IOException if it asks for what Brume does not have
   */
  public static SchedulerConfig of(String className, JsonNode tree, String source)
      throws IOException {
    SchedulerKind kind = KINDS.get(className);
    if (kind == null) {
      throw new IOException(
          Text.of("%s: expected DDPMScheduler or DDIMScheduler, got %s", source, className));
    }
    return of(kind, new Options(tree, source));
  }

  private static SchedulerConfig of(SchedulerKind kind, Options options) throws IOException {
    try {
      ReverseProcess process = new ReverseProcess(
          new ForwardProcess(schedule(options)),
          options.choice("prediction_type", "epsilon", PREDICTIONS),
          options.choice("variance_type", "fixed_small", VARIANCES),
          clipping(options));
      SchedulerConfig config = new SchedulerConfig(
          kind,
          process,
          options.choice("timestep_spacing", "leading", SPACINGS),
          options.integer("steps_offset", 0),
          options.flag("set_alpha_to_one", true));
      options.refuseOthers();
      return config;
    } catch (IllegalArgumentException refused) {
      throw new IOException(options.source() + ": " + refused.getMessage(), refused);
    }
  }

  private static NoiseSchedule schedule(Options options) throws IOException {
    int steps = options.integer("num_train_timesteps", 1000);
    double first = options.number("beta_start", 1e-4), last = options.number("beta_end", 0.02);
    ScheduleFamily family = options.choice("beta_schedule", "linear", SCHEDULES);
    boolean zeroSnr = options.flag("rescale_betas_zero_snr", false);
    if (steps < 1) {
      throw options.wrong("num_train_timesteps", "1 or more");
    }
    NoiseSchedule schedule = options.has("trained_betas")
        ? NoiseSchedule.ofBetas(trainedBetas(options))
        : family.of(steps, first, last);
    return zeroSnr ? schedule.withZeroTerminalSnr() : schedule;
  }

  private static double[] trainedBetas(Options options) throws IOException {
    return options.numbers("trained_betas").stream().mapToDouble(beta -> beta).toArray();
  }

  /** β follows a sigmoid from −6 to 6. */
  private static NoiseSchedule sigmoid(int steps, double first, double last) {
    double[] betas = new double[steps];
    for (int t = 0; t < steps; t++) {
      double x = steps == 1 ? -6 : -6 + 12.0 * t / (steps - 1);
      betas[t] = first + (last - first) / (1 + Math.exp(-x));
    }
    return NoiseSchedule.ofBetas(betas);
  }

  private static Clipping clipping(Options options) throws IOException {
    double quantile = options.number("dynamic_thresholding_ratio", 0.995);
    double largest = options.number("sample_max_value", 1);
    double range = options.number("clip_sample_range", 1);
    boolean clips = options.flag("clip_sample", true);
    if (options.flag("thresholding", false)) {
      return Clipping.dynamic(quantile, largest);
    }
    return clips ? Clipping.at(range) : Clipping.none();
  }

  /**
   * The same settings with another scheduler.
   *
   * @param other which
   * @return the settings
   */
  public SchedulerConfig withKind(SchedulerKind other) {
    return new SchedulerConfig(other, process, spacing, offset, endsClean);
  }

  /**
   * The schedule the network was trained with.
   *
   * @return all T steps
   */
  public NoiseSchedule schedule() {
    return process.q().schedule();
  }

  /**
   * The sampler with a number of steps.
   *
   * @param steps S, from 1 to T
   * @param eta share of the noise that DDIM adds in a step; DDPM has no use for it
   * @param estimate which noise DDIM takes to be in its samples
   * @return the sampler
   * @throws IllegalArgumentException if the schedule does not have so many times
   */
  public Sampler sampler(int steps, double eta, NoiseEstimate estimate) {
    int shift = spacing == TimestepSpacing.LEADING ? offset : 0;
    int[] times = Arrays.stream(spacing.times(schedule().steps(), steps))
        .map(t -> t + shift)
        .toArray();
    return kind.sampler(this, eta, estimate, times);
  }
}
