package brume.tests.golden;

import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.sampler.DistilledSpacing;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The levels that a scheduler of diffusers visits, derived from its configuration. */
final class SolverTable {

  static final Map<String, Prediction> PREDICTIONS =
      Map.of("epsilon", Prediction.EPSILON, "sample", Prediction.X0, "v_prediction", Prediction.V);

  private static final double ALMOST_NOTHING = Math.pow(2, -24); // ᾱ in place of 0

  private final JsonNode config;
  private final int steps;
  private final boolean open; // whether time 0 is left out, as in all but the family of Euler
  private final boolean whole; // whether times of Karras's levels are rounded
  private final ForwardProcess q;

  SolverTable(JsonNode config, int steps, boolean open, boolean whole) {
    this.config = config;
    this.steps = steps;
    this.open = open;
    this.whole = open || whole;
    this.q = new ForwardProcess(schedule());
  }

  ForwardProcess q() {
    return q;
  }

  boolean flag(String name) {
    return config.path(name).asBoolean();
  }

  private NoiseSchedule schedule() {
    int count = config.path("num_train_timesteps").asInt();
    double first = config.path("beta_start").asDouble(),
        last = config.path("beta_end").asDouble();
    NoiseSchedule plain = config.path("beta_schedule").asText().equals("linear")
        ? NoiseSchedule.linear(count, first, last)
        : NoiseSchedule.scaledLinear(count, first, last);
    if (!flag("rescale_betas_zero_snr")) {
      return plain;
    }
    NoiseSchedule zero = plain.withZeroTerminalSnr();
    double[] sigmas = IntStream.range(0, count)
        .mapToDouble(t -> {
          double alphaBar = t == count - 1 ? ALMOST_NOTHING : zero.alphaBar(t);
          return Math.sqrt((1 - alphaBar) / alphaBar);
        })
        .toArray();
    return NoiseSchedule.ofSigmas(sigmas);
  }

  /** σ of a time, or between two. */
  private double sigma(double time) {
    int below = (int) time, above = Math.min(below + 1, q.steps() - 1);
    double share = time - below;
    return (1 - share) * q.noise(below) / q.signal(below)
        + share * q.noise(above) / q.signal(above);
  }

  private double last() {
    return sigma(q.steps() - 1);
  }

  private double[] times() {
    int all = q.steps();
    if (config.has("original_inference_steps")) {
      Levels distilled =
          new DistilledSpacing(config.path("original_inference_steps").asInt()).levels(q, steps);
      return IntStream.range(0, steps).mapToDouble(distilled::time).toArray();
    }
    return switch (config.path("timestep_spacing").asText("linspace")) {
      case "leading" -> {
        int count = open ? steps + 1 : steps;
        int gap = all / count;
        yield IntStream.range(open ? 1 : 0, count)
            .mapToDouble(i -> i * gap + config.path("steps_offset").asInt())
            .toArray();
      }
      case "trailing" ->
        IntStream.range(0, steps)
            .mapToDouble(i -> Math.rint(all - (steps - 1 - i) * ((double) all / steps)) - 1)
            .toArray();
      default ->
        open
            ? IntStream.rangeClosed(1, steps)
                .mapToDouble(i -> Math.rint(i * (all - 1.0) / steps))
                .toArray()
            : IntStream.range(0, steps)
                .mapToDouble(i -> i * (all - 1.0) / (steps - 1))
                .toArray();
    };
  }

  /** The levels, if what is asked for is known. */
  Optional<Levels> levels() {
    if (flag("use_beta_sigmas") || flag("use_flow_sigmas") || flag("use_dynamic_shifting")) {
      return Optional.empty();
    }
    double[] times = times();
    double low = open ? sigma(0) : sigma(times[0]), high = open ? last() : sigma(times[steps - 1]);
    low = config.path("sigma_min").isNumber() ? config.path("sigma_min").asDouble() : low;
    high = config.path("sigma_max").isNumber() ? config.path("sigma_max").asDouble() : high;
    double end =
        config.path("final_sigmas_type").asText(open ? "sigma_min" : "zero").equals("zero")
            ? 0
            : sigma(0);
    if (config.path("skip_prk_steps").isBoolean() && !flag("set_alpha_to_one")) {
      end = sigma(0);
    }
    double[] sigmas = Arrays.stream(times).map(this::sigma).toArray();
    boolean isLogLinear = config.path("interpolation_type").asText().equals("log_linear");
    if (flag("use_karras_sigmas")) {
      sigmas = powers(low, high, 7);
    } else if (flag("use_exponential_sigmas") || flag("use_lu_lambdas")) {
      sigmas = geometric(low, high, steps);
    } else if (isLogLinear) {
      double[] more = geometric(sigma(0), last(), steps + 1);
      end = more[0];
      sigmas = Arrays.copyOfRange(more, 1, more.length);
    }
    if (flag("use_karras_sigmas") || flag("use_exponential_sigmas") || flag("use_lu_lambdas")) {
      times = IntStream.range(0, steps)
          .mapToDouble(Levels.ofSigmas(q, sigmas)::time)
          .toArray();
      if (whole) {
        times = Arrays.stream(times).map(Math::rint).toArray();
      }
    }
    if (config.path("timestep_type").asText().equals("continuous")) {
      times = Arrays.stream(sigmas).map(sigma -> Math.log(sigma) / 4).toArray();
    }
    return Optional.of(levels(q, times, sigmas, end));
  }

  static Levels levels(ForwardProcess q, double[] times, double[] sigmas, double end) {
    NoiseSchedule plain = NoiseSchedule.ofSigmas(sigmas);
    int[] rows = IntStream.range(0, sigmas.length).toArray();
    double[] before = IntStream.of(rows).mapToDouble(plain::alphaBarBefore).toArray();
    before[0] = 1 / (1 + end * end);
    return new Levels(q.withSchedule(plain.respaced(rows, before)), times);
  }

  private double[] powers(double low, double high, double rho) {
    double from = Math.pow(low, 1 / rho), to = Math.pow(high, 1 / rho);
    return IntStream.range(0, steps)
        .mapToDouble(i -> Math.pow(from + i * (to - from) / (steps - 1), rho))
        .toArray();
  }

  private static double[] geometric(double low, double high, int count) {
    return DoubleStream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> low * Math.pow(high / low, i / (count - 1)))
        .toArray();
  }
}
