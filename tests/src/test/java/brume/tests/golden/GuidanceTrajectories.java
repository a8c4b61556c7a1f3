package brume.tests.golden;

import brume.diffusion.guidance.GuidedEstimates;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.PixelRange;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Sampler;
import brume.nn.Labelled;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whole ways from noise to data of classes. */
final class GuidanceTrajectories implements CaseRunner {

  private static final Set<String> KNOWN = Set.of("x", "x_start", "pred_noise", "sample", "t");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && asked.attrs().path("system").asText().equals(GuidanceRunner.SYSTEM)
        && SmallDenoiser.isIn(asked)
        && SmallDenoiser.isToldClasses(asked)
        && ProcessSettings.of(asked).isKnown()
        && KNOWN.containsAll(asked.outputs());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Sampler sampler = TrajectoryRunner.sampler(asked);
    Tensor start = ChannelsLast.load(asked, "input.x_T", on);
    SmallDenoiser network = new SmallDenoiser(asked, start.shape().dim(-1), on);
    ReverseProcess process = ProcessSettings.of(asked).reverse(Clipping.unit());
    Denoised guided = new GuidedEstimates(
        Denoised.of(new Labelled(network, GuidanceRunner.labels(asked)), process),
        Denoised.of(network, process),
        GuidanceRunner.guidance(asked.attrs()),
        asked.attrs().path("use_cfg_plus_plus").asBoolean());
    // The original clips after this noise under DDPM, before it under DDIM unless it is predicted.
    boolean asPredicted = asked.attrs().path("sampler").asText().equals("ddpm")
        || TrajectoryRunner.estimate(asked.attrs(), process.prediction())
            == NoiseEstimate.AS_PREDICTED;
    List<double[]> noises = new ArrayList<>();
    Denoised watched = (xt, level) -> {
      Estimate now = guided.at(xt, level);
      noises.add(
          ChannelsLast.unload((asPredicted ? now.predictedEpsilon() : now.epsilon()).value()));
      return now;
    };
    Recording recording = new Recording(start);
    Tensor end = sampler.sample(watched, start, Recording.noise(asked), recording);

    results.check("output.x", recording.x());
    results.check("output.x_start", recording.x0());
    results.check("output.pred_noise", Recording.joined(noises));
    results.check("output.sample", PixelRange.toUnit(end));
    if (asked.has("output.t")) {
      results.check(
          "output.t",
          TrajectoryRunner.descending(
              sampler.steps(), k -> sampler.levels().at(k).time()));
    }
  }
}
