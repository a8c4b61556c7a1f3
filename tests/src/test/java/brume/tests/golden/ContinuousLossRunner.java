package brume.tests.golden;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.objective.ContinuousLoss;
import brume.diffusion.objective.ErrorMeasure;
import brume.diffusion.objective.WeightingSettings;
import brume.diffusion.objective.Weightings;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.nn.Pass;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Training losses in continuous time, of the batch and of every sample, and their gradients. */
final class ContinuousLossRunner implements CaseRunner {

  private static final Set<String> KNOWN = Set.of("loss", "loss_per_sample", "log_snr");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("loss")
        && SmallDenoiser.isIn(asked)
        && !ContinuousCases.system(asked).equals(ContinuousCases.FLOW)
        && ContinuousCases.process(asked, Clipping.none()).isPresent()
        && KNOWN.containsAll(asked.outputs());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Optional<LearnedSchedule> learned = LearnedSchedule.isIn(asked.attrs())
        ? Optional.of(LearnedSchedule.of(asked, on))
        : Optional.empty();
    ContinuousProcess process = learned
        .map(own -> ContinuousCases.process(asked, Clipping.none(), own))
        .orElseGet(() -> ContinuousCases.process(asked, Clipping.none()).orElseThrow());
    double[] times = asked.doubles("input." + (asked.has("input.sigma") ? "sigma" : "times"));
    if (asked.has("output.log_snr")) {
      results.check(
          "output.log_snr",
          Arrays.stream(times).map(t -> process.reading(t).told()).toArray());
    }
    Gradients gradients = check(
        asked,
        new ContinuousLoss(process, weighting(asked), ErrorMeasure.SQUARED),
        times,
        on,
        results);
    learned.ifPresent(own -> own.check(gradients, results));
  }

  /** The loss at given times, and its gradients. */
  static Gradients check(
      GoldenCase asked, ContinuousLoss loss, double[] times, Backend on, Comparison results) {
    boolean isPicture = asked.has("input.image");
    String data = isPicture ? "image" : asked.has("input.x_0") ? "x_0" : "x_start";
    Variable given = Variable.parameter(ChannelsLast.load(asked, "input." + data, on));
    SmallDenoiser denoiser = new SmallDenoiser(asked, given.shape().dim(-1), on);
    Variable losses = loss.losses(
        denoiser,
        isPicture ? affine(given, 2, -1) : given,
        times,
        ProcessInputs.constant(asked, "noise", on),
        asked.attrs().path("self_condition_taken").asBoolean(),
        Pass.inference());
    Variable whole = mean(losses);
    results.checkAsIs("output.loss_per_sample", losses.value());
    results.check("output.loss", whole.value().item());
    Gradients gradients = whole.backward();
    denoiser.check(gradients, results);
    results.check("grad.input." + data, gradients.of(given).orElseThrow());
    return gradients;
  }

  private static WeightingSettings weighting(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    if (attrs.path("min_snr_loss_weight").asBoolean()) {
      return new Weightings.MinSnr(attrs.path("min_snr_gamma").asDouble());
    }
    return ContinuousCases.system(asked).equals(ContinuousCases.SIMPLE)
        ? new Weightings.Epsilon()
        : new Weightings.Uniform();
  }
}
