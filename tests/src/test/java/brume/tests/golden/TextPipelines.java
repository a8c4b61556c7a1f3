package brume.tests.golden;

import brume.diffusion.exchange.SchedulerFile;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.pipeline.Said;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.pipeline.Wish;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.TextEncoding;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.settings.SettingsFile;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.autoencoder.AutoencoderKL;
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

  private static final Set<String> CLASSES = Set.of(
      "StableDiffusionPipeline",
      "StableDiffusionXLPipeline",
      "StableDiffusionImg2ImgPipeline",
      "StableDiffusionInpaintPipeline",
      "StableDiffusionUpscalePipeline");

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
    AutoencoderKL autoencoder = folder.decoder(on);
    TextToPicture pipeline = new TextToPicture(texts, network, autoencoder, on);
    Wish wish = new Wish(
        strings(attrs, "prompt"),
        strings(attrs, "negative_prompt"),
        strings(attrs, "prompt_2"),
        attrs.path("clip_skip").asInt());
    Said said = pipeline.said(wish, recipe, sizes(asked));
    checkWords(asked, results, texts, wish, said);

    PictureBeginnings beginnings =
        new PictureBeginnings(asked, results, pipeline, autoencoder, folder, looks);
    PictureBeginnings.Begun begun = beginnings.begin(sampler);
    int samples = wish.prompts().size();
    Denoised model = looks.listeningTo(
        TextToPicture.estimates(begun.beside().over(network, samples), said, recipe));
    Tensor end = begun.draw(model, beginnings.noise());
    looks.check(asked, results, end, said.unwanted().isPresent());
    Tensor pictures = pipeline.pictures(end);
    results.check("output.decoded", pictures);
    results.check("output.image", toUnit(ChannelsLast.unload(pictures)));
  }

  private static void checkWords(
      GoldenCase asked, Comparison results, TextEncoding texts, Wish wish, Said said) {
    List<String> outputs = asked.outputs();
    for (int i = 0; i < texts.towers().size(); i++) {
      TextEncoding.Tower tower = texts.towers().get(i);
      String ids = i == 0 ? "input_ids" : "input_ids_2";
      List<String> prompts = i == 0 ? wish.prompts() : wish.seconds();
      checkIds(results, outputs, ids, tower, prompts);
      checkIds(results, outputs, "negative_" + ids, tower, wish.opposites());
    }
    checkSaid(results, outputs, "", said.wanted());
    said.unwanted().ifPresent(other -> checkSaid(results, outputs, "negative_", other));
  }

  private static void checkIds(
      Comparison results,
      List<String> outputs,
      String name,
      TextEncoding.Tower tower,
      List<String> texts) {
    if (outputs.contains(name)) {
      results.check(
          "output." + name,
          Arrays.stream(tower.rows(texts).tokens()).asLongStream().toArray());
    }
  }

  private static void checkSaid(
      Comparison results, List<String> outputs, String which, Context said) {
    if (outputs.contains(which + "prompt_embeds")) {
      results.checkAsIs("output." + which + "prompt_embeds", said.tokens().value());
    }
    if (outputs.contains(which + "pooled_prompt_embeds")) {
      results.checkAsIs(
          "output." + which + "pooled_prompt_embeds",
          said.vector().orElseThrow().value());
    }
  }

  private static List<Integer> sizes(GoldenCase asked) {
    int[] image = asked.shape("output.image");
    JsonNode attrs = asked.attrs();
    List<Integer> sizes = new ArrayList<>(TextToPicture.whole(image[2], image[3]));
    List<String> names = List.of("original_size", "crops_coords_top_left", "target_size");
    for (int i = 0; i < names.size(); i++) {
      JsonNode given = attrs.path(names.get(i));
      for (int k = 0; k < given.size(); k++) {
        sizes.set(2 * i + k, given.path(k).asInt());
      }
    }
    return sizes;
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

  private static double[] toUnit(double... values) {
    return Arrays.stream(values).map(v -> Math.min(1, Math.max(0, v / 2 + 0.5))).toArray();
  }
}
