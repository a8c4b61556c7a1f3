package brume.tests.golden;

import brume.diffusion.process.ReverseProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.InverseSampler;
import brume.nn.Denoiser;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Ways from data to noise, with the sampler that the file of a scheduler of diffusers is read as. */
final class InverseRunner implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && SmallDenoiser.isIn(asked)
        && asked.attrs().path("scheduler").asText().equals("DDIMInverseScheduler")
        && sampler(asked).isPresent();
  }

  private static Optional<InverseSampler> sampler(GoldenCase asked) {
    return DiffusersRunner.scheduler(asked)
        .map(recipe -> DiffusersRunner.sampledAs(recipe, asked.attrs()))
        .map(recipe -> recipe.sampler().create(recipe.reverse()))
        .map(InverseSampler.class::cast);
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Recipe recipe = DiffusersRunner.scheduler(asked).orElseThrow();
    ReverseProcess process = recipe.reverse().discrete("expected numbered times, got others");
    InverseSampler sampler = sampler(asked).orElseThrow();
    int steps = sampler.levels().count();
    Tensor data = ChannelsLast.load(asked, "input.x_T", on);
    Recording recording = new Recording(data);
    List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();
    Denoiser denoiser = DiffusersRunner.listeningTo(
        new SmallDenoiser(asked, data.shape().dim(-1), on), seen, answers);
    Tensor unused = sampler.toNoise(Denoised.of(denoiser, process), data, steps, recording);

    results.check("output.x", recording.x());
    results.check("output.pred_original_sample", recording.x0());
    results.check("output.model_input", Recording.joined(seen));
    results.check("output.model_output", Recording.joined(answers));
    results.check("output.init_noise_sigma", 1.0);
    results.check(
        "output.timesteps",
        IntStream.range(0, steps)
            .mapToDouble(k -> sampler.levels().at(k).time())
            .toArray());
    results.check(
        "output.alphas_cumprod", DiffusersRunner.someAlphaBars(process.q().schedule()));
  }
}
