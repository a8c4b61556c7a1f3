package brume.diffusion.exchange;

import brume.diffusion.exchange.SchedulerClass.Betas;
import brume.diffusion.exchange.SchedulerClass.Clips;
import brume.diffusion.exchange.SchedulerClass.ZeroSnr;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.settings.Kind;
import brume.diffusion.settings.SettingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a {@code scheduler_config.json} of diffusers says: process, sampler and clipping of a recipe, by
 * the table of {@link SchedulerClass}.
 */
public final class SchedulerFile {

  /** Version of diffusers whose files these are. */
  static final String VERSION = "0.40.0";

  static final String NAME = "scheduler_config.json";
  static final String DDPM = "ddpm", DDIM = "ddim";
  private static final int LONG = 1000, SHORT = 50; // steps of DDPM and DDIM
  private static final double ALMOST_NOTHING = Math.pow(2, -24); // ᾱ in place of 0

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  static final Map<String, String> PREDICTIONS = Map.of(
      "epsilon", "epsilon",
      "sample", "x0",
      "v_prediction", "v");
  // Not here: fixed_large_log is the square root of a logarithm there, which is not a number, and
  // learned a variance that may be negative.
  static final Map<String, String> VARIANCES = Map.of(
      "fixed_small", "fixed-small",
      "fixed_small_log", "fixed-small",
      "fixed_large", "forward",
      "learned_range", "learned-range");
  private static final Map<String, String> SCHEDULES = Map.of(
      "linear", "linear",
      "scaled_linear", "quadratic",
      "squaredcos_cap_v2", "cosine",
      "sigmoid", "sigmoid-betas",
      "laplace", "laplace");

  private SchedulerFile() {}

  /**
   * Reads the options of a scheduler.
   *
   * @param className such as {@code DDIMScheduler}
   * @param tree its options; what is missing has the value diffusers gives it
   * @param source what to call the tree in a message
   * @return a recipe with that process, sampler and clipping
   * @throws IOException if it asks for what Brume does not have
   */
  public static Recipe recipe(String className, JsonNode tree, String source) throws IOException {
    Options options = new Options(tree, source);
    Map<String, Integer> steps = Map.of(DDPM, LONG, DDIM, SHORT);
    return Recipes.overlay(
        parts(className, Optional.empty(), steps, options), source, Recipes.plain());
  }

  /** Numbers of steps of pipelines that do as many whatever the sampler. */
  static Map<String, Integer> always(int steps) {
    return Samplers.CATALOG.kinds().stream().collect(Collectors.toMap(Kind::name, kind -> steps));
  }

  /**
   * Reads the options of a scheduler.
   *
   * @param className such as {@code DDIMScheduler}
   * @param wanted sampler in place of that of the class, as diffusers makes a scheduler of the options of
   *     another
   * @param steps of kinds of samplers that have others than usual, as long as there are so many
   * @param options of the file
   * @return process, sampler, clipping and, where the process needs another, objective of a recipe
   */
  static ObjectNode parts(
      String className, Optional<String> wanted, Map<String, Integer> steps, Options options)
      throws IOException {
    SchedulerClass own = SchedulerClass.of(className, options);
    ObjectNode parts = parts(own, own, steps, options);
    boolean numbered = own.frame().isEmpty(); // what is wanted takes another process in diffusers
    if (numbered && wanted.isPresent() && !wanted.get().equals(own.kind())) {
      SchedulerClass other =
          SchedulerClass.ofKind(wanted.get(), Optional.empty()).get(0);
      parts = parts(own, other, steps, options);
    }
    options.ignore("_class_name", "tensor_format", "timesteps", "timestep_values");
    SchedulerClass.LEFT_OVER.forEach(options::ignore);
    options.refuseOthers();
    return parts;
  }

  private static ObjectNode parts(
      SchedulerClass own, SchedulerClass row, Map<String, Integer> steps, Options options)
      throws IOException {
    int usual = Recipe.ENGINE
        .write((Record) Samplers.CATALOG.named(row.kind()).defaults())
        .path("steps")
        .intValue();
    int wanted = steps.getOrDefault(row.kind(), usual);
    ObjectNode parts =
        own.frame().isPresent() ? own.frame().get().parts(options) : numbered(own, row, options);
    ObjectNode sampler = (ObjectNode) parts.path("sampler");
    sampler.put("kind", row.kind()).put("steps", wanted);
    if (own.frame().isEmpty()) {
      int offset = sampler.path("spacing").path("offset").intValue();
      int most = options.integer("num_train_timesteps", 1000) - offset;
      sampler.put("steps", Math.max(1, Math.min(wanted, most))); // beyond that times are skipped
    }
    row.read(options, sampler);
    parts.set("clipping", clipping(row.clips(), options));
    return parts;
  }

  /** The process with numbered times, and what is visited of it. */
  private static ObjectNode numbered(SchedulerClass own, SchedulerClass row, Options options)
      throws IOException {
    ObjectNode parts = NODES.objectNode();
    int timesteps = options.integer("num_train_timesteps", 1000);
    ObjectNode process = process(own.betas(), row.zeroSnr(), timesteps, options);
    parts.set("process", process);
    if (process.path("variance").textValue().startsWith("learned")) {
      parts.put("objective", "hybrid"); // what teaches variances
    }
    ForwardProcess q = q(process, options.source());
    parts.putObject("sampler").set("spacing", row.times().spacing(options, q));
    return parts;
  }

  /** The process of a recipe, to look at its levels. */
  private static ForwardProcess q(ObjectNode process, String source) throws IOException {
    ObjectNode parts = NODES.objectNode();
    parts.set("process", process);
    Recipe recipe = Recipes.overlay(parts, source, Recipes.plain());
    try {
      return recipe
          .process()
          .create(Clipping.none())
          .discrete("expected numbered times, got others")
          .q();
    } catch (SettingException misfit) {
      throw new IOException(source + ": " + misfit.sentence(key -> key), misfit);
    } catch (IllegalArgumentException misfit) {
      throw new IOException(source + ": " + misfit.getMessage(), misfit);
    }
  }

  private static ObjectNode process(Betas usual, ZeroSnr zeroSnr, int timesteps, Options options)
      throws IOException {
    ObjectNode process = NODES.objectNode().put("kind", "discrete").put("timesteps", timesteps);
    process.set("schedule", schedule(usual, options));
    boolean zero = zeroSnr != ZeroSnr.NONE && options.flag("rescale_betas_zero_snr", false);
    process.put("zeroTerminalSnr", zero);
    String early = options.flag("predict_epsilon", true) ? "epsilon" : "sample";
    process.put("predict", options.choice("prediction_type", early, PREDICTIONS));
    process.put(
        "variance",
        options.has("variance_type")
            ? options.choice("variance_type", "fixed_small", VARIANCES)
            : "fixed-small");
    process.put("rescaleTimes", false);
    return zero && zeroSnr == ZeroSnr.ALMOST ? almostZero(process, options) : process;
  }

  /** The same with all betas in a list, the last of them as large as leaves a little of the data. */
  private static ObjectNode almostZero(ObjectNode process, Options options) throws IOException {
    NoiseSchedule zero = q(process, options.source()).schedule();
    int last = zero.steps() - 1;
    if (zero.alphaBar(last - 1) < ALMOST_NOTHING) { // the last time would have less noise
      throw options.wrong(
          "rescale_betas_zero_snr",
          "false with this schedule, which has less signal before its end");
    }
    ObjectNode list = NODES.objectNode().put("kind", "list");
    ArrayNode betas = list.putArray("betas");
    for (int t = 0; t < last; t++) {
      betas.add(zero.beta(t));
    }
    betas.add(1 - ALMOST_NOTHING / zero.alphaBar(last - 1));
    process.put("zeroTerminalSnr", false).set("schedule", list);
    return process;
  }

  private static ObjectNode schedule(Betas usual, Options options) throws IOException {
    double first = options.number("beta_start", usual.first);
    double last = options.number("beta_end", usual.last);
    String kind = options.choice("beta_schedule", usual.schedule, SCHEDULES);
    if (options.has("trained_betas")) {
      ObjectNode list = NODES.objectNode().put("kind", "list");
      options.numbers("trained_betas").forEach(list.putArray("betas")::add);
      return list;
    }
    ObjectNode schedule = NODES.objectNode().put("kind", kind);
    switch (kind) {
      case "linear" -> schedule.put("betaStart", first).put("betaEnd", last).put("scaled", false);
      case "quadratic", "sigmoid-betas" -> schedule.put("betaStart", first).put("betaEnd", last);
      case "cosine" -> schedule.put("offset", 0.008);
      default -> {} // has no settings
    }
    return schedule;
  }

  private static ObjectNode clipping(Clips clips, Options options) throws IOException {
    ObjectNode clipping = NODES.objectNode();
    if (clips.names().contains("dynamic") && options.flag("thresholding", false)) {
      return clipping
          .put("kind", "dynamic")
          .put("quantile", options.number("dynamic_thresholding_ratio", 0.995))
          .put("largest", options.number("sample_max_value", 1));
    }
    return clips.names().contains("range") && options.flag(clips.option(), clips.isUsual())
        ? clipping.put("kind", "range").put("limit", options.number("clip_sample_range", 1))
        : clipping.put("kind", "none");
  }
}
