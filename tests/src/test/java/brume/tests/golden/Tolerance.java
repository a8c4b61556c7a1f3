package brume.tests.golden;

import brume.tensor.DType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * How far a result may lie from its reference, relative to the largest value of the tensor.
 *
 * <p>Double precision only rounds: 1e-9; less where many layers or steps follow one another, and
 * where likelihoods subtract nearly equal numbers. Single precision is allowed what the arithmetic
 * costs, and no less than ten times the error of the reference's own run in single precision.
 */
record Tolerance(DType dtype) {

  /** Allowed where the reference is 0 in exact arithmetic, so that there is nothing to relate to. */
  static final double ABSOLUTE = 1e-5;

  /** Largest value of a reference that only holds rounding errors. */
  static final double ZERO = 1e-12;

  private static final double SAFETY = 10; // times the reference's own error

  /** The error allowed in a tensor whose largest value is given, absolutely. */
  double allowed(GoldenCase of, String tensor, double largest) {
    if (isAdamOnRoundingErrors(of, tensor)) {
      JsonNode attrs = of.attrs();
      int steps = attrs.path("steps").asInt(attrs.path("micro_batches").asInt(1));
      return 2 * attrs.path("lr").asDouble() * steps;
    }
    if (largest < ZERO || zeroGradients(of).contains(parameter(tensor))) {
      return ABSOLUTE;
    }
    double relative =
        dtype == DType.F64 ? relative64(of) : Math.max(relative32(of, tensor), conditioning(of));
    double ofReference = dtype == DType.F64 ? 0 : SAFETY * of.f32Error(tensor);
    return Math.max(relative * largest, ofReference);
  }

  private static double relative64(GoldenCase of) {
    return switch (of.kind()) {
      case "trajectory", "pipeline", "train", "function" -> 1e-6;
      case "model" -> 1e-7;
      case "loss" -> isLikelihood(of) ? 1e-6 : 1e-9;
      case "metric" -> of.has("output.frechet") ? 1e-6 : 1e-9; // root of a singular matrix
      default -> 1e-9;
    };
  }

  private static double relative32(GoldenCase of, String tensor) {
    return switch (of.kind()) {
      case "model", "trajectory", "pipeline" -> 1e-4;
      case "train" -> parameter(tensor).equals(tensor) ? 1e-4 : 1e-3;
      default -> 1e-5;
    };
  }

  /**
   * What a network that amplifies rounding errors may cost: a case whose own run in single precision
   * is off by more than 1e-5 in half of its tensors says little about each one of them.
   */
  private static double conditioning(GoldenCase of) {
    if (!of.kind().equals("model")) {
      return 0;
    }
    double[] errors = of.expected().stream()
        .filter(name -> of.f32Error(name) > 0)
        .mapToDouble(name -> of.f32Error(name) / largest(of.doubles(name)))
        .sorted()
        .toArray();
    double median = errors.length == 0 ? 0 : errors[errors.length / 2];
    return median > 1e-5 ? 3 * SAFETY * median : 0;
  }

  private static double largest(double... values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  private static boolean isLikelihood(GoldenCase of) {
    JsonNode attrs = of.attrs();
    return attrs.path("loss_type").asText().toLowerCase(Locale.ROOT).contains("kl")
        || attrs.has("vb_loss_weight")
        || of.has("output.vb")
        || of.has("output.total_bpd");
  }

  /**
   * Where the true gradient is 0, Adam divides rounding errors by their own size: a parameter moves
   * by up to the learning rate in each step, in any direction.
   */
  private boolean isAdamOnRoundingErrors(GoldenCase of, String tensor) {
    boolean moved = tensor.startsWith("output.param.") || tensor.startsWith("output.ema.");
    boolean attentionKeys = tensor.endsWith(".project_in.bias"); // of a joint bias of q, k and v
    return of.kind().equals("train")
        && dtype == DType.F32
        && moved
        && (attentionKeys || zeroGradients(of).contains(parameter(tensor)));
  }

  private static Set<String> zeroGradients(GoldenCase of) {
    Set<String> names = new HashSet<>();
    of.attrs().path("analytically_zero_gradients").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** The state_dict name in {@code grad.param.x}, {@code output.param.x}; other names as they are. */
  private static String parameter(String tensor) {
    for (String prefix : new String[] {
      "grad.param.", "output.param.", "output.ema.", "output.first_step_clipped_grad."
    }) {
      if (tensor.startsWith(prefix)) {
        return tensor.substring(prefix.length());
      }
    }
    return tensor;
  }
}
