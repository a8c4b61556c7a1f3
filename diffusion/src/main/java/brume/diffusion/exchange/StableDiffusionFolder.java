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
import brume.diffusion.recipe.Recipe;
import brume.nn.Adapters;
import brume.nn.ConfigException;
import brume.nn.Layer;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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
public final class StableDiffusionFolder implements TextFolder, Pretrained {

  private static final int MOST_NOISE_USUAL = 350, USUAL_TIME = 20; // of the low_res_scheduler

  private final Path place;
  private final Path folder; // of settings
  private final PartWeights weights;
  private final Recipe recipe;
  private final StableDiffusionParts parts;
  private final boolean nothing;
  private final Optional<SmallerPicture> smaller;
  private final Optional<int[]> size;
  private final List<String> remarks;

  private StableDiffusionFolder(
      Path place,
      Path folder,
      PartWeights weights,
      Recipe recipe,
      StableDiffusionParts parts,
      boolean nothing,
      Optional<SmallerPicture> smaller,
      Optional<int[]> size,
      List<String> remarks) {
    this.place = place;
    this.folder = folder;
    this.weights = weights;
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
   * @return true if its {@code model_index.json} names a text encoder, or it is a file of all parts under their first
   *     names
   * @throws IOException if that file cannot be read
   */
  public static boolean isOne(Path place) throws IOException {
    return PipelineIndex.names(place, TEXT) || OriginalCheckpoint.isOne(place);
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
    return open(folder, sampler, Optional.empty());
  }

  /**
   * Opens a folder, or a file of all parts under their first names with the folder's settings and tokenizer beside it.
   *
   * @param place with {@code model_index.json} in it or beside it
   * @param sampler name of the one wanted instead of the folder's own
   * @param variant the word behind the names of weights, such as fp16; empty for those without one
   * @return what it says
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static StableDiffusionFolder open(
      Path place, Optional<String> sampler, Optional<String> variant) throws IOException {
    boolean isFile = Files.isRegularFile(place);
    if (isFile && variant.isPresent()) {
      throw new IOException(place + ": expected a folder to choose the variant " + variant.get()
          + " of, got a file; name the file that is meant");
    }
    PartWeights weights = isFile ? OriginalCheckpoint.open(place) : PartWeights.in(place, variant);
    Path folder = isFile ? place.resolveSibling("") : place;
    PipelineIndex index = PipelineIndex.read(folder);
    StableDiffusionKind kind = StableDiffusionKind.of(index);
    List<String> remarks = new ArrayList<>(kind.requireParts(index));
    try {
      StableDiffusionParts parts = parts(folder, kind);
      List<String> all = new ArrayList<>(kind.textEncoders());
      all.addAll(List.of(VAE, UNET));
      remarks.addAll(weights.remarks(all));
      StableDiffusionFolder opened = new StableDiffusionFolder(
          place,
          folder,
          weights,
          new PipelineScheduler(index, folder, SCHEDULER, kind::scheduler)
              .recipe(sampler, kind.steps(), kind.scale()),
          parts,
          index.flag(NO_TEXT, true),
          kind == StableDiffusionKind.UPSCALER
              ? Optional.of(new PipelineScheduler(index, folder, LOW_SCHEDULER)
                  .smaller(index.integer(MOST_NOISE, MOST_NOISE_USUAL), USUAL_TIME, false))
              : Optional.empty(),
          StableDiffusionParts.size(Options.read(config(folder, UNET))),
          remarks);
      parts.requireFitting(kind, folder.toString());
      for (String part : all) {
        weights.of(part);
      }
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

  // ---- What it says

  @Override
  public Path folder() {
    return place;
  }

  @Override
  public int towers() {
    return parts.towers().size();
  }

  @Override
  public Optional<SmallerPicture> smaller() {
    return smaller;
  }

  @Override
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

  @Override
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

  @Override
  public int factor() {
    return parts.autoencoder().coder().factor();
  }

  @Override
  public Optional<int[]> pictureSize() {
    return size.map(sides -> new int[] {sides[0] * factor(), sides[1] * factor()});
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
  public UNet2DCondition network(Device device) throws IOException {
    return network(WeightWidth.FLOAT, device);
  }

  @Override
  public UNet2DCondition network(WeightWidth width, Device device) throws IOException {
    return read(UNET, width, device, () -> unet(device));
  }

  @Override
  public UNet2DCondition network(Adapters adapters, Device device) throws IOException {
    return read(UNET, WeightWidth.FLOAT, device, () -> adapters.beside(() -> unet(device)));
  }

  private UNet2DCondition unet(Device device) {
    return new UNet2DCondition(device, RandomKey.of(0), parts.unet());
  }

  private <N extends Layer> N read(
      String part, WeightWidth width, Device device, Supplier<N> network) throws IOException {
    return weights.of(part).readAll(width, device, network, weights::named);
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
    return read(
        VAE, width, device, () -> new AutoencoderKL(device, RandomKey.of(0), parts.autoencoder()));
  }

  @Override
  public ClipText tower(int tower, Device device) throws IOException {
    String part = numbered(TEXT, tower);
    return TextEncoderFile.openText(Options.read(config(folder, part)), weights.of(part), device);
  }
}
