package brume.tests.golden;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.LogVarianceFloor;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** The words of three systems for what Brume calls by its own names. */
final class ProcessSettings {

  static final String LUCIDRAINS = "lucidrains",
      WEIGHTED = "lucidrains_weighted",
      TQCH = "tqch",
      IMPROVED = "improved-diffusion";

  private static final Map<String, Prediction> PREDICTIONS = Map.of(
      "pred_noise",
      Prediction.EPSILON,
      "pred_x0",
      Prediction.X0,
      "pred_v",
      Prediction.V,
      "eps",
      Prediction.EPSILON,
      "x_0",
      Prediction.X0,
      "mean",
      Prediction.MEAN,
      WEIGHTED,
      Prediction.BOTH,
      "EPSILON",
      Prediction.EPSILON,
      "START_X",
      Prediction.X0,
      "PREVIOUS_X",
      Prediction.MEAN);

  private static final Map<String, ReverseVariance> VARIANCES = Map.of(
      "fixed-small", ReverseVariance.FIXED_SMALL,
      "fixed-large", ReverseVariance.FIXED_LARGE,
      "learned", ReverseVariance.LEARNED,
      "FIXED_SMALL", ReverseVariance.FIXED_SMALL,
      "FIXED_LARGE", ReverseVariance.FIXED_LARGE,
      "LEARNED", ReverseVariance.LEARNED,
      "LEARNED_RANGE", ReverseVariance.LEARNED_RANGE);

  private final JsonNode attrs;
  private final String system;

  private ProcessSettings(JsonNode attrs, String system) {
    this.attrs = attrs;
    this.system = system;
  }

  /** Settings of a case that says which system it belongs to. */
  static ProcessSettings of(GoldenCase asked) {
    String system = asked.attrs().path("system").asText();
    return new ProcessSettings(
        asked.attrs(), system.equals(GuidanceRunner.SYSTEM) ? LUCIDRAINS : system);
  }

  /** Settings of a table, whose system shows in what it is defined by. */
  static ProcessSettings ofTable(GoldenCase asked) {
    String reference = asked.reference();
    String system = reference.startsWith("lucidrains/")
        ? LUCIDRAINS
        : reference.startsWith("tqch/") ? TQCH : reference.contains("improved") ? IMPROVED : "";
    return new ProcessSettings(asked.attrs(), system);
  }

  String system() {
    return system;
  }

  boolean isKnown() {
    return schedule().isPresent()
        && PREDICTIONS.containsKey(predictionName())
        && VARIANCES.containsKey(varianceName());
  }

  boolean is(String name) {
    return system.equals(name);
  }

  Optional<NoiseSchedule> schedule() {
    int steps = attrs.path("timesteps").asInt();
    String name = attrs.path("schedule").asText();
    if (steps < 1) {
      return Optional.empty();
    }
    return is(TQCH) ? tqch(name, steps) : lucidrains(name, steps);
  }

  private Optional<NoiseSchedule> tqch(String name, int steps) {
    double first = attrs.path("beta_start").asDouble(),
        last = attrs.path("beta_end").asDouble();
    return switch (name) {
      case "linear" -> Optional.of(NoiseSchedule.linear(steps, first, last));
      case "quad" -> Optional.of(NoiseSchedule.scaledLinear(steps, first, last));
      case "const" -> Optional.of(NoiseSchedule.constant(steps, last));
      case "warmup10" -> Optional.of(NoiseSchedule.warmup(steps, first, last, 0.1));
      case "warmup50" -> Optional.of(NoiseSchedule.warmup(steps, first, last, 0.5));
      case "jsd" -> Optional.of(NoiseSchedule.harmonic(steps));
      default -> Optional.empty();
    };
  }

  private Optional<NoiseSchedule> lucidrains(String name, int steps) {
    JsonNode kwargs = attrs.has("kwargs") ? attrs.path("kwargs") : attrs.path("schedule_kwargs");
    return switch (name) {
      case "linear" -> steps < 20 ? Optional.empty() : Optional.of(NoiseSchedule.linear(steps));
      case "cosine" -> Optional.of(NoiseSchedule.cosine(steps, kwargs.path("s").asDouble(0.008)));
      case "sigmoid" ->
        Optional.of(NoiseSchedule.sigmoid(
            steps,
            kwargs.path("start").asDouble(-3),
            kwargs.path("end").asDouble(3),
            kwargs.path("tau").asDouble(1)));
      default -> Optional.empty();
    };
  }

  ForwardProcess forward() {
    return new ForwardProcess(
        schedule().orElseThrow(),
        is(LUCIDRAINS) ? LogVarianceFloor.TINY : LogVarianceFloor.SECOND_STEP);
  }

  ReverseProcess reverse(Clipping clipping) {
    return new ReverseProcess(forward(), prediction(), variance(), clipping);
  }

  Prediction prediction() {
    return PREDICTIONS.get(predictionName());
  }

  ReverseVariance variance() {
    return VARIANCES.get(varianceName());
  }

  private String predictionName() {
    return is(WEIGHTED)
        ? WEIGHTED
        : attrs.path("objective").asText(attrs.path("model_mean_type").asText("pred_noise"));
  }

  private String varianceName() {
    boolean learned = attrs.path("learned_variance").asBoolean() || attrs.has("vb_loss_weight");
    String fixed = attrs
        .path("effective_model_var_type")
        .asText(attrs.path("model_var_type").asText("fixed-small"));
    return learned ? "LEARNED_RANGE" : fixed;
  }
}
