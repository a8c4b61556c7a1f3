package brume.diffusion.exchange;

import brume.diffusion.network.NetworkSettings;
import brume.diffusion.network.Task;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.nn.ConfigException;
import brume.nn.Network;
import brume.nn.prior.PriorConfig;
import brume.nn.prior.PriorTransformer;
import brume.nn.prior.TextProjection;
import brume.nn.prior.TextProjectionConfig;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that draws what a text says by way of the vector of a picture, as diffusers saves unCLIP:
 *
 * <pre>
 *   model_index.json                    class of the pipeline and of its parts
 *   tokenizer/, text_encoder/           from words to tokens and a vector
 *   prior/                              draws the vector of a picture
 *   text_proj/                          tells the decoder of both vectors and of the tokens
 *   decoder/                            draws a small picture
 *   super_res_first/, super_res_last/   draw it large; the second does the last step
 *   *_scheduler/                        of prior, decoder and super_res
 * </pre>
 *
 * <p>Opening reads settings and looks for weights, so that all that is not understood is told before
 * anything large is loaded.
 */
public final class UnclipFolder {

  private static final String CLASS = "UnCLIPPipeline";
  private static final String TOKENIZER = "tokenizer", TEXT = "text_encoder", PRIOR = "prior";
  private static final String PROJECTION = "text_proj", DECODER = "decoder";
  private static final String FIRST = "super_res_first", LAST = "super_res_last";
  private static final String SCHEDULER = "_scheduler", LARGE = "super_res";
  private static final List<String> WITH_WEIGHTS =
      List.of(TEXT, PRIOR, PROJECTION, DECODER, FIRST, LAST);

  // Of UnCLIPPipeline's call.
  private static final int STEPS = 25, LARGE_STEPS = 7;
  private static final double PRIOR_SCALE = 4, DECODER_SCALE = 8;

  private final Path folder;
  private final PartWeights weights;
  private final ClipTextConfig words;
  private final PriorConfig prior;
  private final TextProjectionConfig projection;
  private final UNet2DConditionConfig decoder;
  private final NetworkFile first;
  private final NetworkFile last;
  private final int side;
  private final Ways ways;
  private final List<String> remarks;

  /**
   * How each of the three draws: process, sampler, clipping and guidance; the other parts mean nothing.
   *
   * @param prior of vectors
   * @param decoder of small pictures
   * @param enlarging of large pictures, which nothing leads
   */
  public record Ways(Recipe prior, Recipe decoder, Recipe enlarging) {}

  private UnclipFolder(Path folder, PartWeights weights, Ways ways) throws IOException {
    this.folder = folder;
    this.weights = weights;
    this.ways = ways;
    this.remarks = weights.remarks(WITH_WEIGHTS);
    Options settings = Options.read(config(DECODER));
    this.words = TextEncoderFile.text(Options.read(config(TEXT)));
    this.prior = PriorFile.read(config(PRIOR));
    this.projection = PriorFile.readProjection(config(PROJECTION));
    this.decoder = ConditionalUnetFile.read(config(DECODER));
    this.side = settings.integer("sample_size", 0);
    this.first = UnetFile.of(Options.read(config(FIRST)));
    this.last = UnetFile.of(Options.read(config(LAST)));
  }

  /**
   * Whether a place is such a folder.
   *
   * @param place any
   * @return true if its {@code model_index.json} says so
   * @throws IOException if that file cannot be read
   */
  public static boolean isOne(Path place) throws IOException {
    return PipelineIndex.isOf(place, CLASS);
  }

  /**
   * Opens a folder.
   *
   * @param folder with {@code model_index.json}
   * @param sampler name of the one wanted instead of the decoder's own
   * @param variant the word behind the names of weights, such as fp16; empty for those without one
   * @return what it says
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static UnclipFolder open(Path folder, Optional<String> sampler, Optional<String> variant)
      throws IOException {
    PipelineIndex index = PipelineIndex.read(folder);
    requireParts(index);
    try {
      UnclipFolder opened = new UnclipFolder(
          folder,
          PartWeights.in(folder, variant),
          new Ways(
              scheduler(index, folder, PRIOR).recipe(Optional.empty(), STEPS, PRIOR_SCALE),
              scheduler(index, folder, DECODER).recipe(sampler, STEPS, DECODER_SCALE),
              scheduler(index, folder, LARGE).recipe(Optional.empty(), LARGE_STEPS, 1)));
      opened.requireFitting();
      opened.requireWeights();
      return opened;
    } catch (ConfigException misfit) {
      throw new IOException(folder + ": " + misfit.getMessage(), misfit);
    }
  }

  private static void requireParts(PipelineIndex index) throws IOException {
    List<String> schedulers = SchedulerClass.names();
    Map<String, List<String>> parts = Map.of(
        TOKENIZER,
        List.of("CLIPTokenizer", "CLIPTokenizerFast"),
        TEXT,
        List.of("CLIPTextModelWithProjection"),
        PRIOR,
        List.of("PriorTransformer"),
        PROJECTION,
        List.of("UnCLIPTextProjModel"),
        DECODER,
        List.of("UNet2DConditionModel"),
        FIRST,
        List.of(UnetFile.CLASS),
        LAST,
        List.of(UnetFile.CLASS),
        PRIOR + SCHEDULER,
        schedulers,
        DECODER + SCHEDULER,
        schedulers,
        LARGE + SCHEDULER,
        schedulers);
    index.requireParts(parts, Set.of());
  }

  private static PipelineScheduler scheduler(PipelineIndex index, Path folder, String part) {
    return new PipelineScheduler(index, folder, part + SCHEDULER);
  }

  private Path config(String part) {
    return folder.resolve(part).resolve(NetworkFolder.CONFIG);
  }

  // ---- Refusals

  private void requireFitting() throws IOException {
    int vector = prior.channels();
    require(
        words.projection() == vector && words.layers().dim() == vector,
        "a text_encoder with %d channels in hidden_size and projection_dim, as prior has, got %d"
            + " and %d",
        vector,
        words.layers().dim(),
        words.projection());
    require(
        words.positions() >= prior.tokens(),
        "a text_encoder of %d tokens or more, as prior has, got %d",
        prior.tokens(),
        words.positions());
    require(
        projection.channels() == vector,
        "a text_proj of %d clip_embeddings_dim, as prior has, got %d",
        vector,
        projection.channels());
    require(
        decoder.levels().stream().allMatch(level -> isTold(level.tokenChannels()))
            && decoder.textChannels() == 0,
        "a decoder with a cross_attention_dim of %d, as text_proj has, got another",
        projection.tokenChannels());
    require(
        decoder.classes() instanceof Classes.Same && decoder.timeDim() == projection.timeDim(),
        "a decoder that is told vectors of %d channels as they are, as text_proj tells them, got"
            + " another",
        projection.timeDim());
    int colors = decoder.channels();
    require(
        decoder.outChannels() == ways.decoder().reverse().outputs(colors),
        "%d out_channels of decoder, as its scheduler says, got %d",
        ways.decoder().reverse().outputs(colors),
        decoder.outChannels());
    require(side >= 1, "a sample_size of decoder of 1 or more, got %d", side);
    for (NetworkFile each : List.of(first, last)) {
      require(
          each.channels() == 2 * colors
              && each.outChannels() == ways.enlarging().reverse().outputs(colors)
              && each.classes() == 0,
          "super-resolution from %d in_channels to %d out_channels, got from %d to %d",
          2 * colors,
          ways.enlarging().reverse().outputs(colors),
          each.channels(),
          each.outChannels());
    }
    require(
        last.height() >= 1 && first.height() == last.height() && first.width() == last.width(),
        "the same sample_size of super_res_first and super_res_last, got %d and %d",
        first.height(),
        last.height());
  }

  private boolean isTold(int channels) {
    return channels == projection.tokenChannels() || channels == 0;
  }

  private void require(boolean fits, String expected, Object... arguments) throws IOException {
    if (!fits) {
      throw new IOException(folder + ": expected " + Text.of(expected, arguments));
    }
  }

  private void requireWeights() throws IOException {
    for (String part : WITH_WEIGHTS) {
      weights.of(part);
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
   * What there is to tell whoever asked for it.
   *
   * @return sentences
   */
  public List<String> remarks() {
    return remarks;
  }

  /**
   * How its networks draw.
   *
   * @return of each
   */
  public Ways ways() {
    return ways;
  }

  /**
   * Numbers of the vector of a picture.
   *
   * @return channels
   */
  public int vector() {
    return prior.channels();
  }

  /**
   * The size of small pictures.
   *
   * @return side in pixels
   */
  public int side() {
    return side;
  }

  /**
   * Channels of pictures.
   *
   * @return 3 for colors
   */
  public int channels() {
    return decoder.channels();
  }

  /**
   * The height of large pictures.
   *
   * @return in pixels
   */
  public int height() {
    return last.height();
  }

  /**
   * The width of large pictures.
   *
   * @return in pixels
   */
  public int width() {
    return last.width();
  }

  /**
   * Where the tokenizer is.
   *
   * @return a folder
   */
  public Path tokenizer() {
    return folder.resolve(TOKENIZER);
  }

  /**
   * When its decoder was written, to tell it from others.
   *
   * @return time of its weights
   * @throws IOException if they are gone
   */
  public FileTime written() throws IOException {
    return Files.getLastModifiedTime(weights.of(DECODER).source());
  }

  // ---- Its networks

  /**
   * Loads what encodes texts.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public ClipText words(Device device) throws IOException {
    return TextEncoderFile.openText(Options.read(config(TEXT)), weights.of(TEXT), device);
  }

  /**
   * Loads what draws vectors of pictures.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public PriorTransformer prior(Device device) throws IOException {
    return weights.of(PRIOR).readAll(() -> new PriorTransformer(device, RandomKey.of(0), prior));
  }

  /**
   * Loads what tells the decoder.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public TextProjection projection(Device device) throws IOException {
    return weights
        .of(PROJECTION)
        .readAll(() -> new TextProjection(device, RandomKey.of(0), projection));
  }

  /**
   * Loads what draws small pictures.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public UNet2DCondition decoder(Device device) throws IOException {
    return weights.of(DECODER).readAll(() -> new UNet2DCondition(device, RandomKey.of(0), decoder));
  }

  /**
   * Loads what draws large pictures in all steps but the last.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public Network first(Device device) throws IOException {
    return enlarging(FIRST, first, device);
  }

  /**
   * Loads what draws large pictures in the last step.
   *
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   */
  public Network last(Device device) throws IOException {
    return enlarging(LAST, last, device);
  }

  private Network enlarging(String part, NetworkFile file, Device device) throws IOException {
    ObjectNode tree = Recipe.ENGINE.write(Recipes.plain());
    tree.set("network", file.settings());
    NetworkSettings settings =
        Recipes.overlay(tree, config(part).toString(), Recipes.plain()).network();
    Task task = new Task(file.height(), file.width(), file.channels(), file.outChannels());
    return weights.of(part).readAll(() -> settings.create(task, device, RandomKey.of(0)));
  }
}
