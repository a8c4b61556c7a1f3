package brume.diffusion.exchange;

import brume.diffusion.process.Clippings;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Processes;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * The scheduler of diffusers that is the process, sampler and clipping of a recipe, and what its file
 * cannot say of them. A sampler that diffusers does not have becomes DDIM.
 */
final class SchedulerWriter {

  private static final double USUAL_OFFSET = 0.008; // the only one of squaredcos_cap_v2
  private static final int USUAL_TIMESTEPS = 1000;

  private final Recipe recipe;
  private final ReverseProcess process;
  private final Part sampler;
  private final boolean learned;
  private final boolean ddpm;
  private final TimesFit times;

  /** Writes for a recipe. */
  SchedulerWriter(Recipe recipe) {
    this.recipe = recipe;
    this.sampler = Part.of(Samplers.CATALOG, recipe.sampler());
    this.process = recipe
        .reverse()
        .discrete(
            "{process}: expected discrete, which is all that schedulers of diffusers are written for, got another");
    int all = process.q().steps();
    this.learned = process.variance().isLearned();
    this.ddpm = learned // which DDIM's pipeline does not take out of the output
        || sampler.kind().equals(SchedulerFile.DDPM)
        || sampler.kind().equals("auto") && sampler.take("steps").intValue() == all;
    this.times = TimesFit.of(recipe, process);
  }

  /** Class of the scheduler. */
  String className() {
    return ddpm ? "DDPMScheduler" : "DDIMScheduler";
  }

  /** Class of the pipeline around it. */
  String pipelineName() {
    return ddpm ? "DDPMPipeline" : "DDIMPipeline";
  }

  /**
   * The options of the scheduler, all of them.
   *
   * @throws SettingException if the process has no equivalent
   */
  ObjectNode file() {
    ObjectNode file = JsonNodeFactory.instance.objectNode();
    file.put("_class_name", className()).put("_diffusers_version", SchedulerFile.VERSION);
    writeProcess(file);
    writeClipping(file);
    file.put("timestep_spacing", times.spacing()).put("steps_offset", times.offset());
    if (!ddpm) {
      file.put("set_alpha_to_one", !sampler.take("end").asText().equals("first-time"));
    }
    return file;
  }

  /** What a caller of the pipeline must say, since no file does. */
  String call() {
    List<String> said = new ArrayList<>();
    said.add(Text.of("num_inference_steps=%d", times.count()));
    if (!ddpm) {
      said.add(String.format(Locale.ROOT, "eta=%s", sampler.take("eta").asDouble()));
      if (!sampler.take("estimate").asText().equals("as-predicted")) {
        said.add("use_clipped_model_output=True");
      }
    }
    return "pipeline(" + String.join(", ", said) + ")";
  }

  /** In which way samples of diffusers will differ. */
  List<String> differences() {
    List<String> differences = new ArrayList<>();
    boolean same = List.of(ddpm ? "ddpm" : "ddim", "auto").contains(sampler.kind());
    if (!same) {
      differences.add(Text.of(
          "diffusers has no sampler %s%s; its folder says %s",
          sampler.kind(), learned ? " for a learned variance" : "", className()));
    }
    if (!times.exact()) {
      differences.add("diffusers visits other times, those of its spacing " + times.spacing());
    }
    return differences;
  }

  private void writeProcess(ObjectNode file) {
    Part process = Part.of(Processes.CATALOG, recipe.process());
    SettingException.unless(
        process.kind().equals("discrete"),
        "{process}: expected discrete, as DDPM and DDIM of diffusers have no other, got %s",
        process.kind());
    int timesteps = process.take("timesteps").intValue();
    SettingException.unless(
        !process.take("rescaleTimes").booleanValue() || timesteps == USUAL_TIMESTEPS,
        "{rescaleTimes}: expected off with {timesteps} %d, as networks of diffusers are told times as"
            + " they are, got on",
        timesteps);
    file.put("num_train_timesteps", timesteps);
    file.put("prediction_type", named(SchedulerFile.PREDICTIONS, "predict", process));
    String variance = process.take("variance").asText().equals("fixed-large")
        ? "fixed_large" // which differs at time 0 only, where no noise is added
        : named(SchedulerFile.VARIANCES, "variance", process);
    if (ddpm) {
      file.put("variance_type", variance);
    }
    boolean listed = writeSchedule(process.take("schedule"), timesteps, file);
    file.put(
        "rescale_betas_zero_snr", !listed && process.take("zeroTerminalSnr").booleanValue());
    process.refuseOthers("diffusers");
  }

  /** Writes the schedule by name, or else all variances; returns whether it did the latter. */
  private boolean writeSchedule(JsonNode schedule, int timesteps, ObjectNode file) {
    boolean scaled = schedule.path("scaled").asBoolean();
    double scale = scaled ? (double) USUAL_TIMESTEPS / timesteps : 1;
    String kind = schedule.path("kind").asText();
    String name =
        switch (kind) {
          case "linear" -> "linear";
          case "quadratic" -> "scaled_linear";
          case "sigmoid-betas" -> "sigmoid";
          case "laplace" -> "laplace";
          case "cosine" ->
            schedule.path("offset").asDouble() == USUAL_OFFSET ? "squaredcos_cap_v2" : "";
          default -> "";
        };
    if (schedule.has("betaStart") && !name.isEmpty()) {
      file.put("beta_start", scale * schedule.path("betaStart").asDouble());
      file.put("beta_end", scale * schedule.path("betaEnd").asDouble());
    }
    if (!name.isEmpty()) {
      file.put("beta_schedule", name).putNull("trained_betas");
      return false;
    }
    NoiseSchedule all = process.q().schedule();
    ArrayNode betas = file.putArray("trained_betas");
    for (int t = 0; t < all.steps(); t++) {
      betas.add(all.beta(t));
    }
    return true;
  }

  private void writeClipping(ObjectNode file) {
    Part clipping = Part.of(Clippings.CATALOG, recipe.clipping());
    switch (clipping.kind()) {
      case "none" -> file.put("clip_sample", false);
      case "range" ->
        file.put("clip_sample", true).set("clip_sample_range", clipping.take("limit"));
      case "dynamic" -> {
        file.put("clip_sample", false).put("thresholding", true);
        file.set("dynamic_thresholding_ratio", clipping.take("quantile"));
        file.set("sample_max_value", clipping.take("largest"));
      }
      default ->
        throw new SettingException(Text.of(
            "{clipping}: expected range, dynamic or none for diffusers, got %s", clipping.kind()));
    }
    clipping.refuseOthers("diffusers");
  }

  private static String named(Map<String, String> names, String setting, Part process) {
    String value = process.take(setting).asText();
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .orElseThrow(() -> new SettingException(Text.of(
            "{%s}: expected one of %s, as diffusers has no other, got %s",
            setting, String.join(", ", new TreeSet<>(names.values())), value)));
  }
}
