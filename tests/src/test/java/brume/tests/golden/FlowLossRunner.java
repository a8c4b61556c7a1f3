package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.objective.ContinuousLoss;
import brume.diffusion.objective.ErrorMeasure;
import brume.diffusion.objective.WeightingSettings;
import brume.diffusion.objective.Weightings;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.FlowTimesKinds;
import brume.diffusion.process.StraightProcess;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Losses of flows in diffusers, whose times are entries of a table that falls: a draw near 0 is much
 * noise.
 */
final class FlowLossRunner implements CaseRunner {

  private static final Set<String> SCHEMES =
      Set.of("none", "sigma_sqrt", "cosmap", "logit_normal", "mode");
  private static final Map<String, WeightingSettings> WEIGHTINGS = Map.of(
      "sigma_sqrt", new Weightings.InverseSquare(),
      "cosmap", new Weightings.CosMap());

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("loss")
        && ContinuousCases.system(asked).equals(ContinuousCases.FLOW)
        && SmallDenoiser.isIn(asked)
        && SCHEMES.contains(scheme(asked))
        && !(isOfData(asked) && WEIGHTINGS.containsKey(scheme(asked)));
  }

  private static String scheme(GoldenCase asked) {
    return asked.attrs().path("weighting_scheme").asText();
  }

  private static boolean isOfData(GoldenCase asked) {
    return asked.attrs().path("precondition_outputs").asBoolean();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    JsonNode attrs = asked.attrs();
    int all = attrs.path("num_train_timesteps").asInt();
    double[] u = Arrays.stream(asked.doubles("input.u")).map(law(attrs)).toArray();
    long[] index = Arrays.stream(u).mapToLong(share -> (long) (share * all)).toArray();
    StraightProcess process =
        new StraightProcess(attrs.path("shift").asDouble(), (key, sample) -> 0.5, Clipping.none());
    double[] times = Arrays.stream(index)
        .mapToDouble(i -> process.shifted((all - i) / (double) all))
        .toArray();
    WeightingSettings weighting = isOfData(asked)
        ? new Weightings.Data()
        : WEIGHTINGS.getOrDefault(scheme(asked), new Weightings.Uniform());
    results.check("output.u", u);
    results.check("output.index", index);
    results.check("output.sigma", times);
    results.check(
        "output.timestep",
        Arrays.stream(times).map(t -> process.reading(t).told()).toArray());
    WeightingSettings ofVelocity = WEIGHTINGS.getOrDefault(scheme(asked), new Weightings.Uniform());
    results.check(
        "output.weight",
        Arrays.stream(times)
            .map(t -> ofVelocity.weight(Math.pow((1 - t) / t, 2), -t))
            .toArray());
    Variable x0 = ProcessInputs.constant(asked, "x_0", on);
    Variable noise = ProcessInputs.constant(asked, "noise", on);
    double[] rest = Arrays.stream(times).map(t -> 1 - t).toArray();
    results.check(
        "output.x_t",
        brume.autograd.function.pointwise.MixSamples.mixSamples(rest, x0, times, noise)
            .value());
    var unused = ContinuousLossRunner.check(
        asked, new ContinuousLoss(process, weighting, ErrorMeasure.SQUARED), times, on, results);
  }

  private static DoubleUnaryOperator law(JsonNode attrs) {
    return switch (attrs.path("weighting_scheme").asText()) {
      case "logit_normal" -> {
        var law = new FlowTimesKinds.LogitNormal(
            attrs.path("logit_mean").asDouble(), attrs.path("logit_std").asDouble());
        yield law::of;
      }
      case "mode" -> new FlowTimesKinds.Mode(attrs.path("mode_scale").asDouble())::of;
      default -> share -> share;
    };
  }
}
