package brume.tests.golden;

import brume.diffusion.exchange.SchedulerFile;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.pipeline.Said;
import brume.diffusion.pipeline.TextEncoding;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.pipeline.Wish;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.settings.SettingsFile;
import brume.nn.Denoiser;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pictures of words by a folder of diffusers, which lies around the case: tokens, what is said, all that
 * the network sees and answers, latents and pictures.
 */
final class TextPipelines implements CaseRunner {

  private static final Set<String> CLASSES = Set.of("StableDiffusionPipeline");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("pipeline")
        && CLASSES.contains(asked.attrs().path("pipeline").asText())
        && Files.exists(asked.path().resolveSibling("model_index.json"));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode attrs = asked.attrs();
    StableDiffusionFolder folder =
        StableDiffusionFolder.open(asked.path().toAbsolutePath().getParent(), Optional.empty());
    Recipe recipe = TextToPicture.checked(recipe(folder, attrs));
    Sampler sampler = recipe.sampler().create(recipe.reverse());
    LooksOnTheWay looks = new LooksOnTheWay(sampler, scheduler(folder, attrs));
    TextEncoding texts = TextEncoding.open(folder, on);
    Denoiser network = looks.listeningTo(folder.network(on));
    TextToPicture pipeline = new TextToPicture(texts, network, folder.decoder(on), on);
    Wish wish = new Wish(
        strings(attrs, "prompt"),
        strings(attrs, "negative_prompt"),
        attrs.path("clip_skip").asInt());
    Said said = pipeline.said(wish, recipe);
    checkWords(asked, results, texts, wish, said);

    Tensor end = sampler.sample(
        looks.listeningTo(TextToPicture.estimates(network, said, recipe)),
        looks.start(ChannelsLast.load(asked, "input.latents", on)),
        noise(asked),
        SamplingListener.NONE);
    looks.check(asked, results, end, said.unwanted().isPresent());
    Tensor pictures = pipeline.pictures(end);
    results.check("output.decoded", pictures);
    results.check("output.image", toUnit(ChannelsLast.unload(pictures)));
  }

  private static void checkWords(
      GoldenCase asked, Comparison results, TextEncoding texts, Wish wish, Said said) {
    List<String> outputs = asked.outputs();
    if (outputs.contains("input_ids")) {
      results.check("output.input_ids", longs(texts.rows(wish.prompts()).tokens()));
      results.checkAsIs("output.prompt_embeds", said.wanted().tokens().value());
    }
    if (outputs.contains("negative_input_ids")) {
      results.check(
          "output.negative_input_ids", longs(texts.rows(wish.opposites()).tokens()));
      results.checkAsIs(
          "output.negative_prompt_embeds",
          said.unwanted().orElseThrow().tokens().value());
    }
  }

  /** The recipe of the folder, or of the case's own scheduler, as the pipeline was called. */
  private static Recipe recipe(StableDiffusionFolder folder, JsonNode attrs) throws IOException {
    Recipe recipe = folder.recipe();
    JsonNode own = attrs.path("scheduler_config");
    if (own.isObject()) {
      Recipe other = SchedulerFile.recipe(own.path("_class_name").asText(), own, "the case");
      recipe = recipe.with(other.process(), other.sampler(), other.clipping());
    }
    ObjectNode called = JsonNodeFactory.instance.objectNode();
    called.putObject("sampler").put("steps", attrs.path("num_inference_steps").asInt());
    double scale = attrs.path("guidance_scale").asDouble();
    ObjectNode guidance = called.putObject("guidance");
    if (scale <= 1) { // then these pipelines do not lead
      guidance.put("kind", "none");
    } else {
      guidance.put("kind", "classifier-free").put("scale", scale);
      guidance.put("rescale", attrs.path("guidance_rescale").asDouble());
    }
    return Recipe.ENGINE.read(called, recipe);
  }

  private static JsonNode scheduler(StableDiffusionFolder folder, JsonNode attrs)
      throws IOException {
    JsonNode own = attrs.path("scheduler_config");
    return own.isObject()
        ? own
        : SettingsFile.read(folder.folder().resolve("scheduler/scheduler_config.json"));
  }

  private static List<String> strings(JsonNode attrs, String name) {
    List<String> strings = new ArrayList<>();
    JsonNode given = attrs.path(name);
    if (given.isTextual()) {
      strings.add(given.asText());
    }
    given.forEach(each -> strings.add(each.asText()));
    return strings;
  }

  private static NoiseSource noise(GoldenCase asked) {
    return new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return ChannelsLast.load(asked, "input.latents", device);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        return ChannelsLast.load(asked, "input.noise" + step, device);
      }
    };
  }

  private static long[] longs(int... numbers) {
    return Arrays.stream(numbers).asLongStream().toArray();
  }

  private static double[] toUnit(double... values) {
    return Arrays.stream(values).map(v -> Math.min(1, Math.max(0, v / 2 + 0.5))).toArray();
  }
}
