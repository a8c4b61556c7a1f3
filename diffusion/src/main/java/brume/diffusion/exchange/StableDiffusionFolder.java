package brume.diffusion.exchange;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.settings.Kind;
import brume.diffusion.settings.SettingsFile;
import brume.nn.ConfigException;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A folder that draws what a text says, as diffusers saves Stable Diffusion 1, 2 and XL:
 *
 * <pre>
 *   model_index.json        class of the pipeline and of its parts
 *   tokenizer/              words
 *   text_encoder/           from words to what the network attends to
 *   unet/                   the network, which works on latents
 *   vae/                    from latents to pictures
 *   scheduler/              the process and the way back
 * </pre>
 *
 * <p>XL has {@code tokenizer_2} and {@code text_encoder_2}, too. Opening reads settings and looks for weights, so that all that is not understood is told before
 * anything large is loaded.
 */
public final class StableDiffusionFolder {

  private static final String TEXT = "text_encoder", TOKENIZER = "tokenizer", SECOND = "_2";
  private static final String VAE = "vae", UNET = "unet", SCHEDULER = "scheduler";
  private static final String CLASS = "_class_name";
  private static final int NUMBERS = 6; // sizes that XL is told
  private static final int STEPS = 50; // of all its pipelines, whatever the scheduler
  private static final double SCALE = 7.5, SCALE_OF_XL = 5; // of guidance
  private static final String NOTHING = "force_zeros_for_empty_prompt";

  /** Classes of pipelines, and whether they have a second tower. */
  private static final Map<String, Boolean> CLASSES = Map.of(
      "StableDiffusionPipeline", false,
      "StableDiffusionImg2ImgPipeline", false,
      "StableDiffusionInpaintPipeline", false,
      "StableDiffusionXLPipeline", true,
      "StableDiffusionXLImg2ImgPipeline", true,
      "StableDiffusionXLInpaintPipeline", true);

  /** Which classes the parts may have. */
  private static final Map<String, List<String>> PARTS = Map.of(
      TOKENIZER,
      List.of("CLIPTokenizer", "CLIPTokenizerFast"),
      TEXT,
      List.of("CLIPTextModel"),
      TEXT + SECOND,
      List.of("CLIPTextModelWithProjection"),
      TOKENIZER + SECOND,
      List.of("CLIPTokenizer", "CLIPTokenizerFast"),
      UNET,
      List.of("UNet2DConditionModel"),
      VAE,
      List.of("AutoencoderKL"),
      SCHEDULER,
      SchedulerClass.names());

  /** Parts of those that look at pictures, which here nobody does. */
  private static final List<String> UNUSED = List.of("feature_extractor", "image_encoder");

  private static final String CHECKER = "safety_checker";

  private static final List<String> FLAGS =
      List.of("requires_safety_checker", NOTHING, "add_watermarker");

  private final Path folder;
  private final Recipe recipe;
  private final UNet2DConditionConfig unet;
  private final AutoencoderConfig autoencoder;
  private final List<ClipTextConfig> towers;
  private final boolean nothing;
  private final Optional<int[]> size;
  private final List<String> remarks;

  private StableDiffusionFolder(
      Path folder,
      Recipe recipe,
      UNet2DConditionConfig unet,
      AutoencoderConfig autoencoder,
      List<ClipTextConfig> towers,
      boolean nothing,
      Optional<int[]> size,
      List<String> remarks) {
    this.folder = folder;
    this.recipe = recipe;
    this.unet = unet;
    this.autoencoder = autoencoder;
    this.towers = List.copyOf(towers);
    this.nothing = nothing;
    this.size = size;
    this.remarks = List.copyOf(remarks);
  }

  // ---- Opening

  /**
   * Whether a place is a folder of a pipeline that takes texts.
   *
   * @param place any
   * @return true if its {@code model_index.json} names a text encoder
   * @throws IOException if that file cannot be read
   */
  public static boolean isOne(Path place) throws IOException {
    Path index = place.resolve(PipelineFolder.INDEX);
    return Files.isRegularFile(index) && SettingsFile.readPython(index).has(TEXT);
  }

  /**
   * Opens a folder.
   *
   * @param folder with {@code model_index.json}
   * @param sampler name of the one wanted instead of the folder's own, where diffusers makes either of
   *     its settings
   * @return what it says
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static StableDiffusionFolder open(Path folder, Optional<String> sampler)
      throws IOException {
    Options index = Options.read(folder.resolve(PipelineFolder.INDEX));
    boolean two = index.choice(CLASS, "none", CLASSES);
    List<String> remarks = requireKnown(index, two);
    try {
      Path vae = folder.resolve(VAE), unet = folder.resolve(UNET);
      List<ClipTextConfig> towers = new ArrayList<>();
      for (String text : two ? List.of(TEXT, TEXT + SECOND) : List.of(TEXT)) {
        Path part = folder.resolve(text);
        towers.add(TextEncoderFile.text(Options.read(part.resolve(NetworkFolder.CONFIG))));
        StoredWeights.in(part, TextEncoderFile.WEIGHTS);
      }
      Options network = Options.read(unet.resolve(NetworkFolder.CONFIG));
      StableDiffusionFolder opened = new StableDiffusionFolder(
          folder,
          recipe(index, folder, two ? SCALE_OF_XL : SCALE, sampler),
          ConditionalUnetFile.read(unet.resolve(NetworkFolder.CONFIG)),
          AutoencoderFile.read(vae.resolve(NetworkFolder.CONFIG)),
          towers,
          index.flag(NOTHING, true),
          size(network),
          remarks);
      opened.requireFitting();
      StoredWeights.in(vae, NetworkFolder.WEIGHTS);
      StoredWeights.in(unet, NetworkFolder.WEIGHTS);
      return opened;
    } catch (ConfigException misfit) {
      throw new IOException(folder + ": " + misfit.getMessage(), misfit);
    }
  }

  /** Refuses parts that are missing, of another class or not known at all. */
  private static List<String> requireKnown(Options index, boolean two) throws IOException {
    List<String> remarks = new ArrayList<>();
    for (Map.Entry<String, List<String>> part : PARTS.entrySet()) {
      boolean wanted = two || !part.getKey().endsWith(SECOND);
      if (wanted && !part.getValue().contains(className(index, part.getKey()))) {
        String known = part.getValue().stream().sorted().collect(Collectors.joining(" or "));
        throw index.wrong(part.getKey(), "a " + known);
      }
    }
    for (String name : index.names()) {
      boolean there = !className(index, name).isEmpty();
      if (name.equals(CHECKER) && there) {
        remarks.add(index.source() + ": its " + CHECKER + " looks at no picture here");
      } else if (there
          && (!PARTS.containsKey(name) || !two && name.endsWith(SECOND))
          && !UNUSED.contains(name)
          && !FLAGS.contains(name)) {
        throw index.wrong(name, "absent, as Brume does not know such a part");
      }
    }
    return remarks;
  }

  /** Class of a part; empty for one that is not there. */
  private static String className(Options index, String part) {
    JsonNode module = index.tree().path(part);
    return module.isArray()
        ? module.path(1).isTextual() ? module.path(1).asText() : ""
        : module.isNull() || module.isMissingNode() ? "" : module.toString();
  }

  /** The process, the way back and the guidance; the rest of it means nothing. */
  private static Recipe recipe(Options index, Path folder, double scale, Optional<String> sampler)
      throws IOException {
    Options file = Options.read(folder.resolve(SCHEDULER).resolve(SchedulerFile.NAME));
    Map<String, Integer> steps =
        Samplers.CATALOG.kinds().stream().collect(Collectors.toMap(Kind::name, kind -> STEPS));
    ObjectNode parts = SchedulerFile.parts(className(index, SCHEDULER), sampler, steps, file);
    parts.putObject("guidance").put("kind", "classifier-free").put("scale", scale);
    return Recipes.overlay(parts, folder.toString(), Recipes.plain());
  }

  private static Optional<int[]> size(Options unet) throws IOException {
    if (!unet.has("sample_size")) {
      return Optional.empty();
    }
    List<Integer> sides = unet.integers("sample_size", List.of());
    int height = sides.get(0), width = sides.get(sides.size() - 1);
    if (sides.size() > 2 || height < 1 || width < 1) {
      throw unet.wrong("sample_size", "one side or two, of 1 or more");
    }
    return Optional.of(new int[] {height, width});
  }

  private void requireFitting() throws IOException {
    int latent = autoencoder.coder().latentChannels();
    require(
        unet.channels() == latent,
        "%d in_channels of unet, as vae has latent_channels, got %d",
        latent,
        unet.channels());
    require(
        unet.outChannels() == latent,
        "%d out_channels of unet, as vae has latent_channels, got %d",
        latent,
        unet.outChannels());
    int dim = towers.stream().mapToInt(tower -> tower.layers().dim()).sum();
    int attended =
        unet.textChannels() > 0 ? unet.textChannels() : unet.levels().get(0).tokenChannels();
    require(
        attended == dim,
        "a cross_attention_dim of unet of %d, as text encoders have in hidden_size, got %d",
        dim,
        attended);
    require(
        unet.classes() instanceof UNet2DConditionConfig.Classes.None,
        "a unet that is told no classes, got one that is");
    boolean added = towers.size() == 2
        ? unet.added() instanceof UNet2DConditionConfig.Added.TextAndNumbers more
            && more.in() == towers.get(1).projection() + NUMBERS * more.each()
        : unet.added() instanceof UNet2DConditionConfig.Added.None;
    require(
        added,
        towers.size() == 2
            ? "a unet that is told the vector of its second text encoder and %d sizes, got another"
            : "a unet that is told tokens alone, got one that is told more",
        NUMBERS);
  }

  private void require(boolean fits, String expected, Object... arguments) throws IOException {
    if (!fits) {
      throw new IOException(folder + ": expected " + Text.of(expected, arguments));
    }
  }

  // ---- What it says

  /**
   * Where it is.
   *
   * @return as given
   */
  public Path folder() {
    return folder;
  }

  /**
   * How many text encoders it has.
   *
   * @return 1, or 2 for XL
   */
  public int towers() {
    return towers.size();
  }

  /**
   * Whether its network is told nothing, instead of what is said of the empty text, where no text is given
   * to be led away from.
   *
   * @return as its {@code model_index.json} says; of XL alone
   */
  public boolean saysNothingOfNoText() {
    return nothing;
  }

  /**
   * Where a tokenizer is.
   *
   * @param tower whose, from 0
   * @return a folder
   */
  public Path tokenizer(int tower) {
    return folder.resolve(numbered(TOKENIZER, tower));
  }

  private static String numbered(String part, int tower) {
    return tower == 0 ? part : part + SECOND;
  }

  /**
   * How pictures are drawn.
   *
   * @return process, sampler, clipping and guidance; the other parts mean nothing
   */
  public Recipe recipe() {
    return recipe;
  }

  /**
   * The settings of the network.
   *
   * @return of {@code unet}
   */
  public UNet2DConditionConfig unet() {
    return unet;
  }

  /**
   * The settings of what makes latents pictures.
   *
   * @return of {@code vae}
   */
  public AutoencoderConfig autoencoder() {
    return autoencoder;
  }

  /**
   * The size of the pictures that it was trained with.
   *
   * @return height and width in pixels; empty if it does not say
   */
  public Optional<int[]> pictureSize() {
    int factor = autoencoder.coder().factor();
    return size.map(sides -> new int[] {sides[0] * factor, sides[1] * factor});
  }

  /**
   * When its network was written, to tell it from others.
   *
   * @return time of its weights
   * @throws IOException if they are gone
   */
  public FileTime written() throws IOException {
    return Files.getLastModifiedTime(
        StoredWeights.in(folder.resolve(UNET), NetworkFolder.WEIGHTS).source());
  }

  /**
   * What there is to tell whoever asked for it.
   *
   * @return sentences
   */
  public List<String> remarks() {
    return remarks;
  }

  // ---- Its networks

  /**
   * Loads the network.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public UNet2DCondition network(Device device) throws IOException {
    UNet2DCondition network = new UNet2DCondition(device, RandomKey.of(0), unet);
    NetworkFolder.load(folder.resolve(UNET), network);
    return network;
  }

  /**
   * Loads what makes latents pictures.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public AutoencoderKL decoder(Device device) throws IOException {
    AutoencoderKL network = new AutoencoderKL(device, RandomKey.of(0), autoencoder);
    NetworkFolder.load(folder.resolve(VAE), network);
    return network;
  }

  /**
   * Loads what encodes texts.
   *
   * @param tower which one, from 0
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public ClipText tower(int tower, Device device) throws IOException {
    return TextEncoderFile.openText(folder.resolve(numbered(TEXT, tower)), device);
  }
}
