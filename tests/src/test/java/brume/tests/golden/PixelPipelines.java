package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.exchange.ConditionalUnetFile;
import brume.diffusion.exchange.SchedulerFile;
import brume.diffusion.exchange.SmallerPicture;
import brume.diffusion.pipeline.Beside;
import brume.diffusion.pipeline.Said;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.settings.SettingsFile;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pixels drawn by a stage of IF, told what is stored of texts: all that the network answers, all states, and the smaller
 * picture as it is shown.
 */
final class PixelPipelines implements CaseRunner {

  private static final Set<String> CLASSES = Set.of("IFPipeline", "IFSuperResolutionPipeline");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("pipeline")
        && CLASSES.contains(asked.attrs().path("pipeline").asText())
        && asked.has("input.prompt_embeds");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Path folder = asked.path().toAbsolutePath().getParent();
    Denoiser unet = ConditionalUnetFile.open(folder.resolve("unet"), on);
    Recipe recipe = TextToPicture.checked(called(recipe(folder.resolve("scheduler")), asked));
    List<double[]> answers = new ArrayList<>();
    Denoiser network = query -> {
      Variable answer = unet.predict(query);
      answers.add(ChannelsLast.unload(answer.value()));
      return answer;
    };
    Said said = new Said(
        said(asked, "prompt_embeds", on), Optional.of(said(asked, "negative_prompt_embeds", on)));
    Beside beside = Beside.nothing();
    if (asked.has("input.image")) {
      beside = shown(asked, folder, on);
      results.check("output.upscaled_noised", beside.channels().orElseThrow().value());
    }
    Sampler sampler = recipe.sampler().create(recipe.reverse());
    Tensor start = ChannelsLast.load(asked, "input.start", on);
    Recording way = new Recording(start);
    Tensor end = sampler.sample(
        TextToPicture.estimates(beside.over(network, start.shape().dim(0)), said, recipe),
        start,
        noise(asked, start),
        way);
    results.check("output.timesteps", DiffusersRunner.times(sampler));
    results.check("output.unet_output", turned(answers));
    double[] states = way.x();
    results.check("output.x", Arrays.copyOfRange(states, start.shape().size(), states.length));
    results.check("output.final", end);
  }

  private static Context said(GoldenCase asked, String input, Backend on) {
    return Context.of(Variable.constant(ChannelsLast.loadAsIs(asked, "input." + input, on)));
  }

  private static Beside shown(GoldenCase asked, Path folder, Backend on) throws IOException {
    ForwardProcess noising = recipe(folder.resolve("image_noising_scheduler"))
        .process()
        .create(Clipping.none())
        .discrete("numbered times")
        .q();
    return TextToPicture.enlarged(
        ChannelsLast.load(asked, "input.image", on),
        new SmallerPicture(noising, noising.steps() - 1, 0, true),
        asked.attrs().path("noise_level").asInt(),
        ChannelsLast.load(asked, "input.image_noise", on));
  }

  private static Recipe recipe(Path scheduler) throws IOException {
    JsonNode file = SettingsFile.read(scheduler.resolve("scheduler_config.json"));
    return SchedulerFile.recipe(file.path("_class_name").asText(), file, scheduler.toString());
  }

  private static Recipe called(Recipe own, GoldenCase asked) {
    ObjectNode called = JsonNodeFactory.instance.objectNode();
    called
        .putObject("sampler")
        .put("steps", asked.attrs().path("num_inference_steps").asInt());
    called
        .putObject("guidance")
        .put("kind", "classifier-free")
        .put("scale", asked.attrs().path("guidance_scale").asDouble());
    return Recipe.ENGINE.read(called, own);
  }

  private static NoiseSource noise(GoldenCase asked, Tensor start) {
    return new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return start;
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        return ProcessInputs.entry(asked, "noise", step, device);
      }
    };
  }

  /** Of each look the half that is told nothing comes first. */
  private static double[] turned(List<double[]> looks) {
    List<double[]> turned = new ArrayList<>();
    for (int i = 0; i < looks.size(); i++) {
      turned.add(looks.get(i ^ 1));
    }
    return Recording.joined(turned);
  }
}
