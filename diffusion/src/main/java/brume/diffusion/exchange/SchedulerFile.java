package brume.diffusion.exchange;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a {@code scheduler_config.json} of diffusers says: process, sampler and clipping of a recipe.
 * Either scheduler can be made of the file of the other.
 */
public final class SchedulerFile {

  /** Version of diffusers whose files these are. */
  static final String VERSION = "0.40.0";

  static final String NAME = "scheduler_config.json";
  static final String DDPM = "ddpm", DDIM = "ddim";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Map<String, String> KINDS = Map.of(
      "DDPMScheduler", DDPM,
      "DDPMParallelScheduler", DDPM,
      "DDIMScheduler", DDIM,
      "DDIMParallelScheduler", DDIM);
  static final List<String> CLASSES = KINDS.keySet().stream().sorted().toList();
  private static final Map<String, Integer> USUAL_STEPS = Map.of(DDPM, 1000, DDIM, 50);
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
  private static final Map<String, String> SPACINGS = Map.of(
      "leading", "leading",
      "trailing", "trailing",
      "linspace", "linspace");
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
    ObjectNode parts = parts(kind(className, source), USUAL_STEPS, options);
    return Recipes.overlay(parts, source, Recipes.plain());
  }

  /** The sampler that a scheduler is. */
  static String kind(String className, String source) throws IOException {
    String kind = KINDS.get(className);
    if (kind == null) {
      throw new IOException(source + ": expected DDPMScheduler or DDIMScheduler, got " + className);
    }
    return kind;
  }

  /**
   * Reads the options of a scheduler.
   *
   * @param kind of the sampler, which need not be the one of the file
   * @param steps of each kind, as long as there are so many
   * @param options of the file
   * @return process, sampler, clipping and, where the process needs another, objective of a recipe
   */
  static ObjectNode parts(String kind, Map<String, Integer> steps, Options options)
      throws IOException {
    ObjectNode parts = NODES.objectNode();
    int timesteps = options.integer("num_train_timesteps", 1000);
    ObjectNode process = process(timesteps, options);
    parts.set("process", process);
    if (process.path("variance").textValue().startsWith("learned")) {
      parts.put("objective", "hybrid"); // what teaches variances
    }
    ObjectNode spacing = spacing(options);
    int offset = spacing.path("offset").intValue();
    int most = offset == 0 ? timesteps : timesteps - offset; // beyond that times are skipped
    ObjectNode sampler = parts.putObject("sampler").put("kind", kind);
    sampler.put("steps", Math.max(1, Math.min(steps.getOrDefault(kind, 1), most)));
    sampler.set("spacing", spacing);
    String end = options.flag("set_alpha_to_one", true) ? "data" : "first-time";
    if (kind.equals(DDIM)) {
      sampler
          .put("eta", 0)
          .put("estimate", "as-predicted")
          .put("stride", "equal")
          .put("end", end);
    } else {
      sampler.put("lastNoise", "before-time-zero");
    }
    parts.set("clipping", clipping(options));
    options.ignore("_class_name", "tensor_format", "timesteps", "timestep_values");
    options.refuseOthers();
    return parts;
  }

  private static ObjectNode process(int timesteps, Options options) throws IOException {
    ObjectNode process = NODES.objectNode().put("kind", "discrete").put("timesteps", timesteps);
    process.set("schedule", schedule(options));
    process.put("zeroTerminalSnr", options.flag("rescale_betas_zero_snr", false));
    String early = options.flag("predict_epsilon", true) ? "epsilon" : "sample";
    process.put("predict", options.choice("prediction_type", early, PREDICTIONS));
    process.put("variance", options.choice("variance_type", "fixed_small", VARIANCES));
    process.put("rescaleTimes", false);
    return process;
  }

  private static ObjectNode schedule(Options options) throws IOException {
    double first = options.number("beta_start", 1e-4), last = options.number("beta_end", 0.02);
    String kind = options.choice("beta_schedule", "linear", SCHEDULES);
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

  private static ObjectNode spacing(Options options) throws IOException {
    String kind = options.choice("timestep_spacing", "leading", SPACINGS);
    int offset = options.integer("steps_offset", 0);
    ObjectNode spacing = NODES.objectNode().put("kind", kind);
    return kind.equals("leading") ? spacing.put("offset", offset) : spacing;
  }

  private static ObjectNode clipping(Options options) throws IOException {
    double quantile = options.number("dynamic_thresholding_ratio", 0.995);
    double largest = options.number("sample_max_value", 1);
    double range = options.number("clip_sample_range", 1);
    boolean clips = options.flag("clip_sample", true);
    ObjectNode clipping = NODES.objectNode();
    if (options.flag("thresholding", false)) {
      return clipping.put("kind", "dynamic").put("quantile", quantile).put("largest", largest);
    }
    return clips ? clipping.put("kind", "range").put("limit", range) : clipping.put("kind", "none");
  }
}
