package brume.diffusion.exchange;

import brume.diffusion.data.PictureSize;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A folder of diffusers:
 *
 * <pre>
 *   model_index.json                                 class of the pipeline and of its parts
 *   unet/config.json                                 settings of the network
 *   unet/diffusion_pytorch_model.safetensors         its parameters
 *   transformer/...                                  in place of the two, the same of a transformer
 *   scheduler/scheduler_config.json                  the process and the way back
 *   recipe.json                                      of Brume: what the other files cannot say
 * </pre>
 *
 * <p>In folders of the first versions all files lie side by side.
 */
final class PipelineFolder {

  static final String INDEX = "model_index.json", NOTE = "recipe.json";
  static final String UNET = "unet", TRANSFORMER = "transformer";
  static final String CONFIG = "config.json", SCHEDULER = "scheduler";
  static final String WEIGHTS = "diffusion_pytorch_model";

  static final String DIT = "DiTPipeline";

  private static final Map<String, Boolean> ALWAYS_DDIM =
      Map.of("DDPMPipeline", false, "DDIMPipeline", true, DIT, false);
  private static final List<String> KINDS = List.of(SchedulerFile.DDPM, SchedulerFile.DDIM);
  private static final int LONG = 1000, SHORT = 50; // steps of the pipelines
  private static final int DIT_SCALE = 4; // of guidance, in DiTPipeline
  private static final String VAE = "vae";

  private PipelineFolder() {}

  /** Whether a folder looks like one. */
  static boolean isOne(Path folder) {
    return Files.exists(folder.resolve(INDEX))
        || Files.exists(folder.resolve(UNET).resolve(CONFIG))
        || Files.exists(folder.resolve(TRANSFORMER).resolve(CONFIG))
        || Files.exists(folder.resolve(SchedulerFile.NAME));
  }

  /**
   * Reads a folder.
   *
   * @param folder where it is
   * @param given weights instead of its own
   * @param sampler wanted instead of its own
   */
  static Imported open(Path folder, Optional<StoredWeights> given, Optional<String> sampler)
      throws IOException {
    String name = Files.isDirectory(folder.resolve(TRANSFORMER)) ? TRANSFORMER : UNET;
    Path place = part(folder, name), config = place.resolve(CONFIG);
    Options scheduler = Options.read(part(folder, SCHEDULER).resolve(SchedulerFile.NAME));
    Options index = index(folder, name);
    ObjectNode tree = scheduler(index, scheduler, sampler);
    NetworkFile network = NetworkFile.read(config);
    tree.set("network", network.settings());
    tree.set("data", data(network, config));
    if (network.classes() > 0) {
      tree.putObject("condition").put("kind", "labels");
    }
    if (name.equals(TRANSFORMER)) {
      tree.putObject("guidance").put("kind", "classifier-free").put("scale", DIT_SCALE);
    }
    if (network.tellsVariance()) {
      tree.withObjectProperty("process").put("variance", "learned-range");
      tree.put("objective", "hybrid");
    }
    Recipe recipe = Recipes.overlay(tree, folder.toString(), Recipes.plain());
    StoredWeights weights = given.isPresent() ? given.get() : StoredWeights.in(place, WEIGHTS);
    List<String> remarks = new ArrayList<>();
    Path note = folder.resolve(NOTE);
    if (Files.exists(note)) {
      Recipe noted = Recipes.read(note);
      if (saysTheSame(noted, scheduler.tree(), SettingsFile.readPython(config))) {
        return new Imported(noted, weights, remarks);
      }
      remarks.add(note + " says something else than the files of diffusers, which hold");
    }
    requireFitting(folder, recipe, network); // not where the note tells the number of steps, too
    if (network.classes() > 0) {
      remarks.add(Text.of(
          "%s: the last of its %d class embeddings is taken for no class",
          config, network.classes() + 1));
    }
    if (index.has(VAE)) {
      remarks.add(
          folder.resolve(INDEX) + ": its vae is not read, and samples are what it would decode");
    }
    if (network.tellsVariance()
        && tree.path("sampler").path("kind").asText().equals(SchedulerFile.DDPM)) {
      remarks.add(config + ": ddpm makes use of its variances, which " + DIT + " leaves out");
    }
    return new Imported(recipe, weights, remarks);
  }

  private static Path part(Path folder, String name) {
    Path part = folder.resolve(name);
    return Files.isDirectory(part) ? part : folder;
  }

  private static Options index(Path folder, String network) throws IOException {
    Path file = folder.resolve(INDEX);
    if (!Files.exists(file)) {
      return Options.none(file.toString());
    }
    Options index = Options.read(file);
    index.choice("_class_name", "", ALWAYS_DDIM);
    boolean dit = network.equals(TRANSFORMER);
    List<String> known =
        dit ? List.of(network, SCHEDULER, VAE, "id2label") : List.of(network, SCHEDULER);
    for (String part : index.names()) {
      if (!known.contains(part) && index.has(part)) {
        throw index.wrong(part, Text.of("absent (only %s and scheduler are known)", network));
      }
    }
    requireClass(
        index,
        network,
        dit ? List.of(DiTFile.CLASS) : List.of(UnetFile.CLASS, "UNetUnconditionalModel"));
    requireClass(index, SCHEDULER, SchedulerClass.names());
    return index;
  }

  private static void requireClass(Options index, String part, List<String> known)
      throws IOException {
    List<String> module = index.texts(part, List.of());
    if (module.size() != 2 || !known.contains(module.get(1))) {
      throw index.wrong(part, "[\"diffusers\", " + String.join(" or ", known) + "]");
    }
  }

  /** The parts of the recipe that the scheduler is, as its pipeline uses it. */
  private static ObjectNode scheduler(Options index, Options file, Optional<String> sampler)
      throws IOException {
    boolean known = index.has(SCHEDULER);
    String name =
        known ? index.texts(SCHEDULER, List.of()).get(1) : file.text("_class_name", "none");
    boolean ddim = known && index.choice("_class_name", "", ALWAYS_DDIM);
    if (ddim
        && !SchedulerClass.isNumbered(name)) { // of which it would take the betas, which it has not
      throw index.wrong("_class_name", "DDPMPipeline with a " + name);
    }
    Optional<String> other = sampler.filter(KINDS::contains);
    boolean dit = known && index.text("_class_name", "").equals(DIT);
    int ofDdim = known && !ddim && !dit && other.isEmpty() ? LONG : SHORT;
    return SchedulerFile.parts(
        name,
        other.or(() -> ddim ? Optional.of(SchedulerFile.DDIM) : Optional.empty()),
        Map.of(SchedulerFile.DDPM, dit ? SHORT : LONG, SchedulerFile.DDIM, ofDdim),
        file);
  }

  /** Pictures that are not at hand. */
  private static ObjectNode data(NetworkFile network, Path config) throws IOException {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    int height = network.height(), width = network.width(), channels = network.channels();
    boolean usual = height > 0 && (channels == 1 || channels == 3);
    if (network.classes() > 0 && height == 0) {
      throw new IOException(
          Text.of("%s: expected a sample_size beside num_class_embeds, got none", config));
    }
    data.put("kind", usual ? "images" : "arrays").put("path", "").put("channels", channels);
    if (usual) {
      data.put("size", new PictureSize(height, width).toString());
    } else {
      data.put("height", height).put("width", width);
    }
    ArrayNode classes = data.putArray("classes");
    IntStream.range(0, network.classes()).mapToObj(Integer::toString).forEach(classes::add);
    return data;
  }

  private static void requireFitting(Path folder, Recipe recipe, NetworkFile network)
      throws IOException {
    int expected;
    try {
      expected = recipe.checked().task().outChannels();
    } catch (SettingException misfit) {
      throw new IOException(folder + ": " + misfit.sentence(key -> key), misfit);
    } catch (IllegalArgumentException misfit) {
      throw new IOException(folder + ": " + misfit.getMessage(), misfit);
    }
    if (network.outChannels() != expected) {
      throw new IOException(Text.of(
          "%s: expected %d out_channels for %d in_channels with the variance of its scheduler, got %d",
          folder.resolve(network.part()), expected, network.channels(), network.outChannels()));
    }
  }

  /** Whether a recipe would have been written as these files. */
  private static boolean saysTheSame(Recipe noted, JsonNode scheduler, JsonNode unet)
      throws IOException {
    try {
      return scheduler.equals(asRead(new SchedulerWriter(noted).file()))
          && unet.equals(asRead(NetworkFile.write(noted)));
    } catch (IllegalArgumentException notWritten) {
      return false;
    }
  }

  private static JsonNode asRead(JsonNode tree) throws IOException {
    byte[] text = SettingsFile.text(tree).getBytes(StandardCharsets.UTF_8);
    return SettingsFile.read(new ByteArrayInputStream(text), NOTE);
  }
}
