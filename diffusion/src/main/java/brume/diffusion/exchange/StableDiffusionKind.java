package brume.diffusion.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What pipelines of Stable Diffusion are made of. */
enum StableDiffusionKind {

  /** One text encoder: versions 1 and 2. */
  ONE_TOWER(
      1,
      50,
      7.5,
      "StableDiffusionPipeline",
      "StableDiffusionImg2ImgPipeline",
      "StableDiffusionInpaintPipeline"),

  /** Two text encoders: XL. */
  TWO_TOWERS(
      2,
      50,
      5,
      "StableDiffusionXLPipeline",
      "StableDiffusionXLImg2ImgPipeline",
      "StableDiffusionXLInpaintPipeline"),

  /** One text encoder, and a smaller picture that is enlarged. */
  UPSCALER(1, 75, 9, "StableDiffusionUpscalePipeline");
  static final String TEXT = "text_encoder", TOKENIZER = "tokenizer", VAE = "vae", UNET = "unet";
  static final String SCHEDULER = "scheduler", LOW_SCHEDULER = "low_res_scheduler";
  static final String NO_TEXT = "force_zeros_for_empty_prompt", MOST_NOISE = "max_noise_level";

  /** What the pipelines of one tower add to times whatever the file of their scheduler says. */
  static final int OFFSET = 1;

  private static final String SECOND = "_2", CLIPPED = "clip_sample";
  private static final Set<String> SETTINGS =
      Set.of("requires_safety_checker", NO_TEXT, "add_watermarker");

  private final int towers;
  private final int steps;
  private final double scale;
  private final List<String> classes;

  StableDiffusionKind(int towers, int steps, double scale, String... classes) {
    this.towers = towers;
    this.steps = steps;
    this.scale = scale;
    this.classes = List.of(classes);
  }

  /** That of an index, all of whose parts are known. */
  static StableDiffusionKind of(PipelineIndex index) throws IOException {
    Map<String, StableDiffusionKind> kinds = new TreeMap<>();
    for (StableDiffusionKind kind : values()) {
      kind.classes.forEach(name -> kinds.put(name, kind));
    }
    return index.pipeline(kinds);
  }

  /** Refuses parts that are missing, of another class or not known at all, and tells of the unused. */
  List<String> requireParts(PipelineIndex index) throws IOException {
    Map<String, List<String>> parts = new TreeMap<>();
    parts.put(VAE, List.of("AutoencoderKL"));
    parts.put(UNET, List.of("UNet2DConditionModel"));
    parts.put(SCHEDULER, SchedulerClass.names());
    if (this == UPSCALER) {
      parts.put(LOW_SCHEDULER, SchedulerClass.names());
    }
    for (int tower = 0; tower < towers; tower++) {
      parts.put(numbered(TOKENIZER, tower), List.of("CLIPTokenizer", "CLIPTokenizerFast"));
      parts.put(
          numbered(TEXT, tower),
          List.of(tower == 0 ? "CLIPTextModel" : "CLIPTextModelWithProjection"));
    }
    Set<String> settings = new HashSet<>(SETTINGS);
    if (this == UPSCALER) {
      settings.add(MOST_NOISE);
    }
    return index.requireParts(parts, settings);
  }

  /**
   * The settings of a scheduler as its pipelines take them: those of one tower put right what folders of their time left
   * out.
   *
   * @param scheduler its class
   * @param file what its file says
   * @see <a href="https://github.com/huggingface/diffusers/blob/main/src/diffusers/pipelines/stable_diffusion/pipeline_stable_diffusion.py">
   *     StableDiffusionPipeline, its constructor</a>
   */
  Options scheduler(String scheduler, Options file) {
    if (this != ONE_TOWER) {
      return file;
    }
    ObjectNode settings = file.tree().deepCopy();
    settings.put("steps_offset", OFFSET);
    if (settings.has(CLIPPED) || scheduler.startsWith("DDIM") || scheduler.startsWith("DDPM")) {
      settings.put(CLIPPED, false); // others have no such setting until one takes their place
    }
    return new Options(settings, file.source());
  }

  /** The folder of what every tower has one of. */
  static String numbered(String part, int tower) {
    return tower == 0 ? part : part + SECOND;
  }

  /** The folders of text encoders. */
  List<String> textEncoders() {
    List<String> names = new ArrayList<>();
    for (int tower = 0; tower < towers; tower++) {
      names.add(numbered(TEXT, tower));
    }
    return names;
  }

  /** How many steps its pipelines do unless told otherwise, whatever the scheduler. */
  int steps() {
    return steps;
  }

  /** How far its pipelines lead unless told otherwise. */
  double scale() {
    return scale;
  }
}
