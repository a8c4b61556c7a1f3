package brume.tests.golden;

import brume.diffusion.exchange.Imported;
import brume.diffusion.guidance.ClassifierFree;
import brume.diffusion.guidance.GuidedEstimates;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.Sampler;
import brume.nn.Labelled;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Guided ways from noise to data with a diffusion transformer, which lies beside the case. */
final class DiTPipelines implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && asked.attrs().path("system").asText().equals("diffusers_dit");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode attrs = asked.attrs();
    Imported imported =
        Imported.open(asked.path().toAbsolutePath().getParent(), Optional.of("ddim"));
    Recipe recipe = DiffusersRunner.sampledAs(imported.recipe(), attrs);
    Model network = imported.model(on);
    TrainedProcess process = network.reverse(recipe);
    Sampler sampler = recipe.sampler().create(process);

    int[] labels = DiTRunner.labels(asked, recipe.classes().size());
    Denoised guided = new GuidedEstimates(
        Denoised.of(new Labelled(network, labels), process),
        Denoised.of(network, process),
        new ClassifierFree(attrs.path("guidance_scale").asDouble(), 0, 1),
        false);
    List<double[]> answers = new ArrayList<>();
    Denoised watched = (xt, level) -> {
      Estimate now = guided.at(xt, level);
      answers.add(ChannelsLast.unload(now.output().value()));
      return now;
    };
    Tensor start = ChannelsLast.load(asked, "input.x_T", on);
    Recording recording = new Recording(start);
    Tensor end = sampler.sample(watched, start, Recording.noise(asked), recording);

    results.check("output.x", recording.x());
    results.check("output.model_output", Recording.joined(answers));
    results.check("output.sample", end);
    results.check("output.timesteps", DiffusersRunner.times(sampler));
  }
}
