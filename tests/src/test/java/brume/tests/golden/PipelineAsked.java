package brume.tests.golden;

import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.io.SafeTensorsWriter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A picture of a case as somebody would ask the command line for it: a copy of the folder with the scheduler of the
 * case, files of noise and of pictures, and words.
 */
final class PipelineAsked {

  private static final String UPSCALER = "StableDiffusionUpscalePipeline";
  private static final String UNCLIP = "UnCLIPPipeline";

  private final GoldenCase asked;
  private final Path place; // of all files that are written
  private final Path folder;
  private final SafeTensorsWriter noise = new SafeTensorsWriter();
  private final List<String> words = new ArrayList<>();

  private PipelineAsked(GoldenCase asked, Path place) throws IOException {
    this.asked = asked;
    this.place = place;
    this.folder =
        TextFolders.copied(asked.path().toAbsolutePath().getParent(), place.resolve("folder"));
  }

  /** The words of a case, whose files go to a folder. */
  static List<String> words(GoldenCase asked, Path place) throws IOException {
    PipelineAsked command = new PipelineAsked(asked, place);
    JsonNode own = asked.attrs().path("scheduler_config");
    if (own.isObject()) {
      command.schedule(own);
    }
    boolean enlarges = asked.attrs().path("pipeline").asText().equals(UPSCALER);
    command.word(enlarges ? "enlarge" : "sample", "--from", command.folder.toString());
    if (asked.attrs().path("pipeline").asText().equals(UNCLIP)) {
      command.stages();
    } else {
      command.told();
      command.beginnings();
    }
    Path file = place.resolve("noise.safetensors");
    command.noise.write(file);
    command.word("--noise", file.toString());
    return command.words;
  }

  private void word(String... more) {
    words.addAll(List.of(more));
  }

  private void schedule(JsonNode own) throws IOException {
    SettingsFile.write(folder.resolve("scheduler/scheduler_config.json"), (ObjectNode) own);
    Path file = folder.resolve("model_index.json");
    ObjectNode index = (ObjectNode) SettingsFile.read(file);
    ArrayNode module = index.putArray("scheduler");
    module.add("diffusers").add(own.path("_class_name").asText());
    SettingsFile.write(file, index);
  }

  // ---- What is said

  private void told() {
    JsonNode attrs = asked.attrs();
    texts("--prompt", attrs.path("prompt"));
    texts("--negative-prompt", attrs.path("negative_prompt"));
    texts("--prompt-2", attrs.path("prompt_2"));
    double scale = attrs.path("guidance_scale").asDouble();
    word("--steps", attrs.path("num_inference_steps").asText());
    word("--guidance", scale > 1 ? Double.toString(scale) : "none");
    number("--clip-skip", "clip_skip");
    number("--strength", "strength");
    number("--noise-level", "noise_level");
    if (scale > 1) {
      number("--guidance-rescale", "guidance_rescale");
    }
    int[] image = asked.shape("output.image");
    if (!words.contains("enlarge")) {
      word("--size", image[2] + "x" + image[3]);
    }
    pair("--original-size", "original_size", "x");
    pair("--crop", "crops_coords_top_left", ",");
    pair("--target-size", "target_size", "x");
  }

  private void texts(String option, JsonNode given) {
    if (given.isTextual()) {
      word(option, given.asText());
    }
    given.forEach(each -> word(option, each.asText()));
  }

  private void number(String option, String name) {
    JsonNode given = asked.attrs().path(name);
    if (given.isNumber()) {
      word(option, given.asText());
    }
  }

  private void pair(String option, String name, String between) {
    JsonNode given = asked.attrs().path(name);
    if (given.size() == 2) {
      word(option, given.path(0).asText() + between + given.path(1).asText());
    }
  }

  // ---- What it begins with

  /** The noise of a case is numbered in the order in which the original draws it. */
  private void beginnings() throws IOException {
    List<String> drawn = new ArrayList<>();
    if (asked.has("input.image")) {
      boolean enlarges = words.contains("enlarge");
      picture(enlarges ? "--image" : "--start", "image");
      drawn.addAll(enlarges ? List.of("image") : List.of("posterior", "start"));
      if (asked.has("input.mask")) {
        picture("--mask", "mask");
        boolean paints = StableDiffusionFolder.open(folder, Optional.empty()).paints();
        if (paints && asked.attrs().path("strength").asDouble() == 1) {
          drawn.remove("posterior");
        }
        drawn.add(paints ? "masked" : "nobody looks at it");
      }
    }
    if (asked.has("input.latents")) {
      add("start", "latents");
    }
    for (int i = 0; i < drawn.size(); i++) {
      if (!drawn.get(i).startsWith("nobody")) {
        add(drawn.get(i), "noise" + i);
      }
    }
    List<String> steps = new ArrayList<>();
    for (int i = drawn.size(); asked.has("input.noise" + i); i++) {
      steps.add("input.noise" + i);
    }
    if (!steps.isEmpty()) {
      int[] shape = Stream.concat(
              Stream.of(steps.size()), Arrays.stream(asked.shape(steps.get(0))).boxed())
          .mapToInt(size -> size)
          .toArray();
      noise.add(
          "steps",
          shape,
          steps.stream()
              .flatMapToDouble(step -> Arrays.stream(asked.doubles(step)))
              .toArray());
    }
  }

  private void stages() {
    JsonNode attrs = asked.attrs();
    texts("--prompt", attrs.path("prompt"));
    number("--prior-steps", "prior_num_inference_steps");
    number("--prior-guidance", "prior_guidance_scale");
    number("--steps", "decoder_num_inference_steps");
    number("--guidance", "decoder_guidance_scale");
    number("--enlarging-steps", "super_res_num_inference_steps");
    add("prior.start", "prior_latents");
    add("prior.steps", "prior_noise");
    add("start", "decoder_latents");
    add("steps", "decoder_noise");
    add("enlarging.start", "super_res_latents");
    add("enlarging.steps", "super_res_noise");
  }

  private void add(String name, String input) {
    noise.add(name, asked.shape("input." + input), asked.doubles("input." + input));
  }

  /** Writes a picture of a case as numbers, which are not rounded to those of a PNG. */
  private void picture(String option, String input) throws IOException {
    int[] shape = asked.shape("input." + input);
    double[] values = ChannelsLast.permute(
        asked.doubles("input." + input), shape, ChannelsLast.secondToLast(shape.length));
    int[] sizes = ChannelsLast.permute(shape, ChannelsLast.secondToLast(shape.length));
    Path file = place.resolve(input + ".safetensors");
    new SafeTensorsWriter().add("pictures", sizes, values).write(file);
    word(option, file.toString());
  }
}
