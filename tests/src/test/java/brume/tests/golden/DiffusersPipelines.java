package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.exchange.Imported;
import brume.diffusion.exchange.SchedulerFile;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.PixelRange;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pictures out of noise by a folder of diffusers, which lies around the case. */
final class DiffusersPipelines implements CaseRunner {

  private static final Set<String> KINDS = Set.of("ddpm", "ddim");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("trajectory")
        && KINDS.contains(asked.attrs().path("pipeline").asText())
        && Files.exists(asked.path().resolveSibling("model_index.json"));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Imported imported = Imported.open(
        asked.path().toAbsolutePath().getParent(),
        Optional.of(asked.attrs().path("pipeline").asText()));
    Recipe recipe = DiffusersRunner.sampledAs(scheduler(asked, imported), asked.attrs());
    Model network = imported.model(on);
    Sampler sampler = recipe.sampler().create(recipe.reverse());
    Tensor start = ChannelsLast.load(asked, "input.x_T", on);
    Recording recording = new Recording(start);
    List<double[]> seen = new ArrayList<>(), answers = new ArrayList<>();
    Tensor end = sampler.sample(
        Denoised.of(DiffusersRunner.listeningTo(network, seen, answers), recipe.reverse()),
        start,
        Recording.noise(asked),
        recording);

    results.check("output.x", recording.x());
    results.check("output.pred_original_sample", recording.x0());
    results.check("output.model_output", Recording.joined(answers));
    results.check("output.timesteps", DiffusersRunner.times(sampler));
    Tensor clipped = Clipping.unit().apply(Variable.constant(end)).value();
    results.check("output.image", PixelRange.toUnit(clipped));
  }

  /** The file of the case's own scheduler if there is one, otherwise that of the folder. */
  private static Recipe scheduler(GoldenCase asked, Imported imported) throws IOException {
    String kind = asked.attrs().path("pipeline").asText();
    Path own = asked.path().resolveSibling("scheduler_" + kind).resolve("scheduler_config.json");
    if (!Files.exists(own)) {
      return imported.recipe();
    }
    JsonNode file = SettingsFile.read(own);
    return SchedulerFile.recipe(file.path("_class_name").asText(), file, own.toString());
  }
}
