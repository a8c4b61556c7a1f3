package brume.diffusion.exchange;

import brume.diffusion.recipe.Recipe;
import brume.nn.ConfigException;
import brume.nn.text.T5Config;
import brume.nn.text.T5Encoder;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A folder that draws the pixels of what a text says, as diffusers saves a stage of DeepFloyd's IF:
 *
 * <pre>
 *   model_index.json              class of the pipeline and of its parts
 *   tokenizer/, text_encoder/     T5, from words to what the network attends to
 *   unet/                         the network, which works on pixels
 *   scheduler/                    the process and the way back
 *   image_noising_scheduler/      of a stage that enlarges: noise of the smaller picture
 * </pre>
 *
 * <p>Opening reads settings and looks for weights, so that all that is not understood is told before anything large is
 * loaded.
 *
 * @see <a href="https://arxiv.org/abs/2205.11487">Saharia et al., Photorealistic Text-to-Image Diffusion Models with Deep
 *     Language Understanding (2022)</a>
 */
public final class PixelFolder implements TextFolder {

  private static final String TOKENIZER = "tokenizer", TEXT = "text_encoder", UNET = "unet";
  private static final String SCHEDULER = "scheduler", NOISING = "image_noising_scheduler";
  private static final int USUAL_LEVEL = 250; // of the noise of a smaller picture

  /** The stages, and what their pipelines do unless told otherwise. */
  private enum Stage {
    DRAWS(100, 7),
    ENLARGES(50, 4);

    private static final Map<String, Stage> CLASSES =
        new TreeMap<>(Map.of("IFPipeline", DRAWS, "IFSuperResolutionPipeline", ENLARGES));

    private final int steps;
    private final double scale;

    Stage(int steps, double scale) {
      this.steps = steps;
      this.scale = scale;
    }
  }

  private final Path folder;
  private final PartWeights weights;
  private final Recipe recipe;
  private final UNet2DConditionConfig unet;
  private final T5Config words;
  private final Optional<SmallerPicture> smaller;
  private final Optional<int[]> size;
  private final List<String> remarks;

  private PixelFolder(
      Path folder,
      PartWeights weights,
      Recipe recipe,
      Optional<SmallerPicture> smaller,
      Optional<int[]> size,
      List<String> remarks)
      throws IOException {
    this.folder = folder;
    this.weights = weights;
    this.recipe = recipe;
    this.unet = ConditionalUnetFile.read(config(folder, UNET));
    this.words = TextEncoderFile.t5(Options.read(config(folder, TEXT)));
    this.smaller = smaller;
    this.size = size;
    this.remarks = List.copyOf(remarks);
  }

  /**
   * Whether a place is such a folder.
   *
   * @param place any
   * @return true if its {@code model_index.json} says so
   * @throws IOException if that file cannot be read
   */
  public static boolean isOne(Path place) throws IOException {
    for (String name : Stage.CLASSES.keySet()) {
      if (PipelineIndex.isOf(place, name)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Opens a folder.
   *
   * @param folder with {@code model_index.json}
   * @param sampler name of the one wanted instead of the folder's own
   * @param variant the word behind the names of weights, such as fp16; empty for those without one
   * @return what it says
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static PixelFolder open(Path folder, Optional<String> sampler, Optional<String> variant)
      throws IOException {
    PartWeights weights = PartWeights.in(folder, variant);
    PipelineIndex index = PipelineIndex.read(folder);
    Stage stage = index.pipeline(Stage.CLASSES);
    List<String> remarks = new ArrayList<>(requireParts(index, stage));
    remarks.addAll(weights.remarks(List.of(TEXT, UNET)));
    try {
      PixelFolder opened = new PixelFolder(
          folder,
          weights,
          new PipelineScheduler(index, folder, SCHEDULER).recipe(sampler, stage.steps, stage.scale),
          stage == Stage.DRAWS
              ? Optional.empty()
              : Optional.of(new PipelineScheduler(index, folder, NOISING)
                  .smaller(Integer.MAX_VALUE, USUAL_LEVEL, true)),
          StableDiffusionParts.size(Options.read(config(folder, UNET))),
          remarks);
      opened.requireFitting();
      weights.of(TEXT);
      weights.of(UNET);
      return opened;
    } catch (ConfigException misfit) {
      throw new IOException(folder + ": " + misfit.getMessage(), misfit);
    }
  }

  private static Path config(Path folder, String part) {
    return folder.resolve(part).resolve(NetworkFolder.CONFIG);
  }

  private static List<String> requireParts(PipelineIndex index, Stage stage) throws IOException {
    Map<String, List<String>> parts = new TreeMap<>(Map.of(
        TOKENIZER, List.of("T5Tokenizer", "T5TokenizerFast"),
        TEXT, List.of("T5EncoderModel"),
        UNET, List.of("UNet2DConditionModel"),
        SCHEDULER, SchedulerClass.names()));
    if (stage == Stage.ENLARGES) {
      parts.put(NOISING, SchedulerClass.names());
    }
    return index.requireParts(parts, Set.of("requires_safety_checker"));
  }

  // ---- Refusals

  private void requireFitting() throws IOException {
    int seen = smaller.isPresent() ? 2 : 1, colors = unet.channels() / seen;
    require(
        unet.channels() % seen == 0,
        "an even number of in_channels of unet, those of what is drawn and of the smaller picture,"
            + " got %d",
        unet.channels());
    require(
        unet.outChannels() == recipe.reverse().outputs(colors),
        "%d out_channels of unet, as its scheduler says, got %d",
        recipe.reverse().outputs(colors),
        unet.outChannels());
    int attended =
        unet.textChannels() > 0 ? unet.textChannels() : unet.levels().get(0).tokenChannels();
    require(
        attended == words.dim(),
        "an encoder_hid_dim of unet of %d, as text_encoder has in d_model, got %d",
        words.dim(),
        attended);
    require(
        !(unet.added() instanceof Added.TextAndNumbers),
        "a unet that is told tokens alone, got one that is told sizes");
    require(
        smaller.isPresent()
            ? unet.classes() instanceof Classes.Level
            : unet.classes() instanceof Classes.None,
        smaller.isPresent()
            ? "a unet that is told a level of noise by class_embed_type timestep, got another"
            : "a unet that is told no classes, got one that is");
  }

  private void require(boolean fits, String expected, Object... arguments) throws IOException {
    if (!fits) {
      throw new IOException(folder + ": expected " + Text.of(expected, arguments));
    }
  }

  // ---- What it says

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Recipe recipe() {
    return recipe;
  }

  @Override
  public int towers() {
    return 1;
  }

  @Override
  public Optional<SmallerPicture> smaller() {
    return smaller;
  }

  @Override
  public boolean paints() {
    return false;
  }

  @Override
  public Optional<int[]> pictureSize() {
    return size;
  }

  @Override
  public int factor() {
    return 1;
  }

  /**
   * Channels of pictures.
   *
   * @return 3 for colors
   */
  public int channels() {
    return unet.channels() / (smaller.isPresent() ? 2 : 1);
  }

  /**
   * Where the tokenizer is.
   *
   * @return a folder
   */
  public Path tokenizer() {
    return folder.resolve(TOKENIZER);
  }

  @Override
  public FileTime written() throws IOException {
    return Files.getLastModifiedTime(weights.of(UNET).source());
  }

  @Override
  public List<String> remarks() {
    return remarks;
  }

  // ---- Its networks

  @Override
  public UNet2DCondition network(WeightWidth width, Device device) throws IOException {
    return weights
        .of(UNET)
        .readAll(
            width,
            device,
            () -> new UNet2DCondition(device, RandomKey.of(0), unet),
            weights::named);
  }

  /**
   * Loads what encodes texts.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public T5Encoder words(Device device) throws IOException {
    return TextEncoderFile.openT5(Options.read(config(folder, TEXT)), weights.of(TEXT), device);
  }
}
