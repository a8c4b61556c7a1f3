package brume.tests.golden;

import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.KarrasProcess;
import brume.diffusion.process.LogSnr;
import brume.diffusion.process.LogSnrs;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.StraightProcess;
import brume.diffusion.process.VariancePreserving;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** The words of the systems with continuous time for what Brume calls by its own names. */
final class ContinuousCases {

  static final String LOG_SNR = "lucidrains_continuous",
      SIMPLE = "lucidrains_simple",
      ELUCIDATED = "lucidrains_elucidated",
      FLOW = "flow_matching";

  private static final Map<String, Prediction> PREDICTIONS = Map.of(
      "pred_noise", Prediction.EPSILON,
      "pred_v", Prediction.V,
      "eps", Prediction.EPSILON,
      "v", Prediction.V);

  private ContinuousCases() {}

  static String system(GoldenCase asked) {
    return asked.attrs().path("system").asText();
  }

  /** The process of a case, if it belongs to one of these systems and all of its words are known. */
  static Optional<ContinuousProcess> process(GoldenCase asked, Clipping clipping) {
    JsonNode attrs = asked.attrs();
    return switch (system(asked)) {
      case LOG_SNR -> preserving(logSnr(attrs), attrs.path("objective").asText(), clipping);
      case SIMPLE -> preserving(simple(attrs), attrs.path("pred_objective").asText(), clipping);
      case ELUCIDATED -> Optional.of(karras(attrs, clipping));
      case FLOW -> Optional.of(new StraightProcess(1, (key, sample) -> 0.5, clipping));
      default -> Optional.empty();
    };
  }

  /** The same with what is learned of it. */
  static ContinuousProcess process(GoldenCase asked, Clipping clipping, LearnedSchedule learned) {
    return new VariancePreserving(
        learned.logSnr(), PREDICTIONS.get(asked.attrs().path("objective").asText()), clipping);
  }

  private static Optional<ContinuousProcess> preserving(
      Optional<LogSnr> logSnr, String prediction, Clipping clipping) {
    return logSnr
        .filter(known -> PREDICTIONS.containsKey(prediction))
        .map(known -> new VariancePreserving(known, PREDICTIONS.get(prediction), clipping));
  }

  private static Optional<LogSnr> logSnr(JsonNode attrs) {
    return switch (attrs.path("noise_schedule").asText()) {
      case "linear" -> Optional.of(new LogSnrs.Linear().create());
      case "learned" -> Optional.of(new LogSnrs.Learned(1, 1).create());
      case "cosine" -> Optional.of(new LogSnrs.Cosine(attrs.path("s").asDouble(0.008)).create());
      default -> Optional.empty();
    };
  }

  private static Optional<LogSnr> simple(JsonNode attrs) {
    double side = attrs.path("image_size").asDouble();
    double plain = attrs.path("noise_d").asDouble(side);
    return Optional.of(new LogSnrs.Bounded(
            attrs.path("logsnr_min").asDouble(-15),
            attrs.path("logsnr_max").asDouble(15),
            attrs.path("noise_d_low").asDouble(plain) / side,
            attrs.path("noise_d_high").asDouble(plain) / side)
        .create());
  }

  static KarrasProcess karras(JsonNode attrs, Clipping clipping) {
    return new KarrasProcess(
        attrs.path("sigma_data").asDouble(),
        attrs.path("sigma_min").asDouble(),
        attrs.path("sigma_max").asDouble(),
        attrs.path("rho").asDouble(),
        attrs.path("P_mean").asDouble(),
        attrs.path("P_std").asDouble(),
        KarrasProcess.Form.PLAIN,
        clipping);
  }
}
