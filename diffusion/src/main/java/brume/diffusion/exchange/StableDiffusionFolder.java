package brume.diffusion.exchange;

import static brume.diffusion.exchange.StableDiffusionKind.LOW_SCHEDULER;
import static brume.diffusion.exchange.StableDiffusionKind.MOST_NOISE;
import static brume.diffusion.exchange.StableDiffusionKind.NO_TEXT;
import static brume.diffusion.exchange.StableDiffusionKind.SCHEDULER;
import static brume.diffusion.exchange.StableDiffusionKind.TEXT;
import static brume.diffusion.exchange.StableDiffusionKind.TOKENIZER;
import static brume.diffusion.exchange.StableDiffusionKind.UNET;
import static brume.diffusion.exchange.StableDiffusionKind.VAE;
import static brume.diffusion.exchange.StableDiffusionKind.numbered;

import brume.diffusion.network.Pretrained;
import brume.diffusion.process.Clipping;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.nn.Adapters;
import brume.nn.ConfigException;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder that draws what a text says, as diffusers saves Stable Diffusion 1, 2 and XL, those
 * of them that paint a part of a picture, and the upscaler of 2:
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
 * <p>XL has {@code tokenizer_2} and {@code text_encoder_2}, too, and the upscaler {@code
 * low_res_scheduler}. Opening reads settings and looks for weights, so that all that is not understood is told before
 * anything large is loaded.
 */
public final class StableDiffusionFolder implements Pretrained {

  private static final int MOST_NOISE_USUAL = 350; // times of the low_res_scheduler

  private final Path folder;
  private final Recipe recipe;
  private final StableDiffusionParts parts;
  private final boolean nothing;
  private final Optional<SmallerPicture> smaller;
  private final Optional<int[]> size;
  private final List<String> remarks;

  private StableDiffusionFolder(
      Path folder,
      Recipe recipe,
      StableDiffusionParts parts,
      boolean nothing,
      Optional<SmallerPicture> smaller,
      Optional<int[]> size,
      List<String> remarks) {
    this.folder = folder;
    this.recipe = recipe;
    this.parts = parts;
    this.nothing = nothing;
    this.smaller = smaller;
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
    return PipelineIndex.names(place, TEXT);
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
    PipelineIndex index = PipelineIndex.read(folder);
    StableDiffusionKind kind = StableDiffusionKind.of(index);
    List<String> remarks = kind.requireParts(index);
    try {
      StableDiffusionParts parts = parts(folder, kind);
      StableDiffusionFolder opened = new StableDiffusionFolder(
          folder,
          recipe(index, folder, kind, sampler),
          parts,
          index.flag(NO_TEXT, true),
          smaller(index, folder, kind),
          size(Options.read(config(folder, UNET))),
          remarks);
      parts.requireFitting(kind, folder.toString());
      requireWeights(folder, kind);
      return opened;
    } catch (ConfigException misfit) {
      throw new IOException(folder + ": " + misfit.getMessage(), misfit);
    }
  }

  private static Path config(Path folder, String part) {
    return folder.resolve(part).resolve(NetworkFolder.CONFIG);
  }

  private static StableDiffusionParts parts(Path folder, StableDiffusionKind kind)
      throws IOException {
    List<ClipTextConfig> towers = new ArrayList<>();
    for (String text : kind.textEncoders()) {
      towers.add(TextEncoderFile.text(Options.read(config(folder, text))));
    }
    return new StableDiffusionParts(
        ConditionalUnetFile.read(config(folder, UNET)),
        AutoencoderFile.read(config(folder, VAE)),
        towers);
  }

  private static void requireWeights(Path folder, StableDiffusionKind kind) throws IOException {
    for (String text : kind.textEncoders()) {
      StoredWeights.in(folder.resolve(text), TextEncoderFile.WEIGHTS);
    }
    StoredWeights.in(folder.resolve(VAE), NetworkFolder.WEIGHTS);
    StoredWeights.in(folder.resolve(UNET), NetworkFolder.WEIGHTS);
  }

  /** The process, the way back and the guidance; the rest of it means nothing. */
  private static Recipe recipe(
      PipelineIndex index, Path folder, StableDiffusionKind kind, Optional<String> sampler)
      throws IOException {
    Options file = Options.read(folder.resolve(SCHEDULER).resolve(SchedulerFile.NAME));
    Map<String, Integer> steps = SchedulerFile.always(kind.steps());
    ObjectNode parts = SchedulerFile.parts(index.part(SCHEDULER), sampler, steps, file);
    parts.putObject("guidance").put("kind", "classifier-free").put("scale", kind.scale());
    return Recipes.overlay(parts, folder.toString(), Recipes.plain());
  }

  /** How a smaller picture is shown, if there is one. */
  private static Optional<SmallerPicture> smaller(
      PipelineIndex index, Path folder, StableDiffusionKind kind) throws IOException {
    if (kind != StableDiffusionKind.UPSCALER) {
      return Optional.empty();
    }
    Path file = folder.resolve(LOW_SCHEDULER).resolve(SchedulerFile.NAME);
    Recipe noising =
        SchedulerFile.recipe(index.part(LOW_SCHEDULER), Options.read(file).tree(), file.toString());
    try {
      return Optional.of(new SmallerPicture(
          noising
              .process()
              .create(Clipping.none())
              .discrete("expected numbered times, got others")
              .q(),
          index.integer(MOST_NOISE, MOST_NOISE_USUAL)));
    } catch (IllegalArgumentException misfit) {
      throw new IOException(file + ": " + misfit.getMessage(), misfit);
    }
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

  // ---- What it says

  /**
   * Where it is.
   *
   * @return as given
   */
  public Path folder() {
    return folder;
  }

  @Override
  public int towers() {
    return parts.towers().size();
  }

  /**
   * How its network is shown a smaller picture, which it enlarges.
   *
   * @return empty if it draws pictures of its own
   */
  public Optional<SmallerPicture> smaller() {
    return smaller;
  }

  /**
   * Whether its network paints a part of a picture, and sees the rest of it.
   *
   * @return false if it draws of texts alone
   */
  public boolean paints() {
    return parts.paints();
  }

  @Override
  public int tokenChannels() {
    return parts.tokenChannels();
  }

  @Override
  public boolean saysNothingOfNoText() {
    return nothing;
  }

  @Override
  public Path tokenizer(int tower) {
    return folder.resolve(numbered(TOKENIZER, tower));
  }

  /**
   * How pictures are drawn.
   *
   * @return process, sampler, clipping and guidance; the other parts mean nothing
   */
  public Recipe recipe() {
    return recipe;
  }

  @Override
  public UNet2DConditionConfig unet() {
    return parts.unet();
  }

  @Override
  public AutoencoderConfig autoencoder() {
    return parts.autoencoder();
  }

  /**
   * The size of the pictures that it was trained with.
   *
   * @return height and width in pixels; empty if it does not say
   */
  public Optional<int[]> pictureSize() {
    int factor = parts.autoencoder().coder().factor();
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
    return network(WeightWidth.FLOAT, device);
  }

  /**
   * Loads the network to draw with.
   *
   * @param width how its matrices and filters are kept
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   * @throws IllegalArgumentException if the device does not hold such numbers
   */
  public UNet2DCondition network(WeightWidth width, Device device) throws IOException {
    return NetworkFolder.read(
        folder.resolve(UNET),
        width,
        device,
        () -> new UNet2DCondition(device, RandomKey.of(0), parts.unet()));
  }

  @Override
  public UNet2DCondition network(Adapters adapters, Device device) throws IOException {
    return NetworkFolder.read(
        folder.resolve(UNET),
        () -> adapters.beside(() -> new UNet2DCondition(device, RandomKey.of(0), parts.unet())));
  }

  @Override
  public AutoencoderKL decoder(Device device) throws IOException {
    return decoder(WeightWidth.FLOAT, device);
  }

  /**
   * Loads what makes latents pictures.
   *
   * @param width how its matrices and filters are kept
   * @param device where its parameters live, owned by the innermost scope
   * @return with its weights
   * @throws IOException if they are missing or of another shape, or cannot be read
   * @throws IllegalArgumentException if the device does not hold such numbers
   */
  public AutoencoderKL decoder(WeightWidth width, Device device) throws IOException {
    return NetworkFolder.read(
        folder.resolve(VAE),
        width,
        device,
        () -> new AutoencoderKL(device, RandomKey.of(0), parts.autoencoder()));
  }

  @Override
  public ClipText tower(int tower, Device device) throws IOException {
    return TextEncoderFile.openText(folder.resolve(numbered(TEXT, tower)), device);
  }
}
