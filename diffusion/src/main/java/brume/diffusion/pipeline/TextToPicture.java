package brume.diffusion.pipeline;

import static brume.autograd.function.resample.Resize.resizeBilinearAligned;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.exchange.PixelFolder;
import brume.diffusion.exchange.SmallerPicture;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.exchange.TextFolder;
import brume.diffusion.exchange.WeightWidth;
import brume.diffusion.guidance.FromPicture;
import brume.diffusion.image.Picture;
import brume.diffusion.process.Mix;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.TextEncoding;
import brume.diffusion.run.TextReading;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.PndmStep;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.StepSampler;
import brume.diffusion.settings.SettingException;
import brume.nn.Attending;
import brume.nn.Clock;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.Recorder;
import brume.nn.autoencoder.AutoencoderKL;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Draws what texts say, with the parts of a folder:
 *
 * <pre>
 *   StableDiffusionFolder folder = StableDiffusionFolder.open(path, Optional.empty());
 *   try (Scope scope = Scope.open()) {
 *     TextToPicture pipeline = TextToPicture.open(folder, device);
 *     List&lt;Picture&gt; four = pipeline.draw(Wish.of("a photo of a cat"), folder.recipe(), 512, 512, 4);
 *   }
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2112.10752">Rombach et al., High-Resolution Image Synthesis with
 *     Latent Diffusion Models (2022)</a>
 */
public final class TextToPicture {

  private final TextReading texts;
  private final Recorder network;
  private final Coding coding;
  private final Device device;

  /**
   * A pipeline of parts.
   *
   * @param texts from texts to what the network attends to
   * @param network draws latents
   * @param autoencoder makes them pictures
   * @param device where all of them are
   */
  public TextToPicture(
      TextEncoding texts, Denoiser network, AutoencoderKL autoencoder, Device device) {
    this(texts, network, Coding.of(autoencoder), device);
  }

  private TextToPicture(TextReading texts, Denoiser network, Coding coding, Device device) {
    this.texts = texts;
    this.network = Recorder.ofAsked(network);
    this.coding = coding;
    this.device = device;
  }

  /**
   * Loads the parts of a folder.
   *
   * @param folder what to load
   * @param device where, owned by the innermost scope
   * @return the pipeline
   * @throws IOException if something is missing or damaged
   */
  public static TextToPicture open(TextFolder folder, Device device) throws IOException {
    return open(folder, Adaptation.NONE, device);
  }

  /**
   * Loads the parts of a folder and what others have taught them.
   *
   * @param folder what to load
   * @param adaptation what is changed of it
   * @param device where, owned by the innermost scope
   * @return the pipeline
   * @throws IOException if something is missing or damaged, or was made for another model
   */
  public static TextToPicture open(TextFolder folder, Adaptation adaptation, Device device)
      throws IOException {
    return open(folder, adaptation, adaptation.width(), device);
  }

  /**
   * Loads the parts of a folder and what others have taught them, and keeps the weights as they are wanted.
   *
   * @param folder what to load
   * @param adaptation what is changed of it
   * @param width how matrices and filters of the network and of the autoencoder are kept; text encoders are kept in
   *     the precision of the device
   * @param device where, owned by the innermost scope
   * @return the pipeline
   * @throws IOException if something is missing or damaged, or was made for another model
   * @throws IllegalArgumentException if the device does not hold such numbers, or what is changed must be kept
   *     otherwise
   */
  public static TextToPicture open(
      TextFolder folder, Adaptation adaptation, WeightWidth width, Device device)
      throws IOException {
    adaptation.requireFitting(folder);
    adaptation.require(width);
    if (folder instanceof PixelFolder pixels) {
      return new TextToPicture(
          T5Reading.open(pixels, device),
          pixels.network(width, device),
          Coding.pixels(pixels.channels()),
          device);
    }
    StableDiffusionFolder latent = (StableDiffusionFolder) folder; // there is no third kind
    return new TextToPicture(
        adaptation.of(TextEncoding.open(latent, device)),
        adaptation.of(latent.network(width, device)),
        latent.decoder(width, device),
        device);
  }

  /**
   * Where its parts are.
   *
   * @return as given
   */
  public Device device() {
    return device;
  }

  /**
   * What encodes texts.
   *
   * @return as given
   */
  public TextReading texts() {
    return texts;
  }

  /**
   * Refuses a way of drawing that cannot be, before anything is loaded.
   *
   * @param recipe process, sampler, clipping and guidance
   * @return the same
   * @throws IllegalArgumentException with the setting to change
   */
  public static Recipe checked(Recipe recipe) {
    Recipe.ENGINE.read(Recipe.ENGINE.write(recipe), recipe); // ranges hold for those of Java, too
    TrainedProcess process = recipe.reverse();
    process.requireDefined();
    SettingException.unless(
        recipe.sampler().create(process).drawsFromNoise(),
        "{sampler}: expected one that draws from noise, such as ddim, got one that finds the noise"
            + " of a picture");
    recipe.guidance().requireEffect(recipe.sampler().create(process));
    SettingException.unless(
        recipe.bestOf() == 1,
        "{bestOf}: expected 1 with a folder, which has no towers that compare pictures with their text, got %d",
        recipe.bestOf());
    return recipe;
  }

  /**
   * The size of the latents of pictures.
   *
   * @param height of the pictures in pixels
   * @param width of the pictures in pixels
   * @return (h, w, channels)
   * @throws IllegalArgumentException if the autoencoder makes no pictures of that size
   */
  public Shape latents(int height, int width) {
    int factor = coding.factor();
    if (height < 1 || width < 1 || height % factor != 0 || width % factor != 0) {
      throw new IllegalArgumentException(Text.of(
          "size: expected multiples of %d pixels, got %dx%d (height x width)",
          factor, height, width));
    }
    return Shape.of(height / factor, width / factor, coding.channels());
  }

  /**
   * Encodes what is wanted, and where pictures are led what is not.
   *
   * @param wish what pictures shall show
   * @param recipe how they are drawn
   * @param sizes in pixels, for networks that are told them: height and width of the pictures that were
   *     learned from, where they were cut (from the top, from the left), and height and width of what is drawn
   * @return owned by the innermost scope
   * @throws IllegalArgumentException if texts are given to be led away from and nothing is led
   */
  public Said said(Wish wish, Recipe recipe, List<Integer> sizes) {
    boolean isLed = recipe.guidance().asksTwice();
    SettingException.unless(
        isLed || wish.negatives().isEmpty(),
        "{guidance}: expected one that leads away from the negative text, such as 7.5, got none");
    Context wanted = texts.encode(wish.prompts(), wish.seconds(), wish.skipped());
    if (!isLed) {
      return new Said(withSizes(wanted, sizes), Optional.empty());
    }
    Context unwanted = wish.negatives().isEmpty()
        ? texts.ofNoText(wanted)
        : texts.encode(wish.opposites(), wish.opposites(), 0);
    return new Said(withSizes(wanted, sizes), Optional.of(withSizes(unwanted, sizes)));
  }

  private Context withSizes(Context said, List<Integer> sizes) {
    int rows = said.tokens().shape().dim(0);
    return texts.goesWithSizes()
        ? said.withNumbers(Collections.nCopies(rows, sizes).stream()
            .flatMap(List::stream)
            .mapToDouble(size -> size)
            .toArray())
        : said;
  }

  /**
   * The sizes that a network is told of pictures that were never cut.
   *
   * @param height of what is drawn
   * @param width of what is drawn
   * @return as {@link #said} takes them
   */
  public static List<Integer> whole(int height, int width) {
    return List.of(height, width, 0, 0, height, width);
  }

  /**
   * What records the network while pictures are drawn.
   *
   * @return of this pipeline
   */
  public Recorder recorder() {
    return network;
  }

  /**
   * The network as samplers see it.
   *
   * @param said what it is told
   * @param beside what it is shown beside every sample
   * @param recipe how pictures are drawn
   * @return estimates of latents, led as the recipe says
   */
  public Asked asked(Said said, Beside beside, Recipe recipe) {
    return (first, count) -> estimates(beside.over(network, count), said.of(first, count), recipe);
  }

  /**
   * A network as samplers see it, for one batch.
   *
   * @param network attends to what is said
   * @param said of each sample
   * @param recipe how pictures are drawn
   * @return estimates of latents, led as the recipe says
   */
  public static Denoised estimates(Denoiser network, Said said, Recipe recipe) {
    TrainedProcess process = recipe.reverse(); // of numbered times: nothing in it was learned
    Denoiser clocked = new Clock(network, recipe.process().clock());
    Denoised with = Denoised.of(new Attending(clocked, said.wanted()), process);
    return said.unwanted()
        .map(other -> Denoised.of(new Attending(clocked, other), process))
        .map(without -> recipe.guidance().of(with, without))
        .orElse(with);
  }

  /**
   * Makes latents pictures.
   *
   * @param latents (N, h, w, C) as the network draws them
   * @return (N, H, W, 3) with pixels around [−1, 1], owned by the innermost scope
   */
  public Tensor pictures(Tensor latents) {
    return coding.pictures(latents);
  }

  /**
   * Makes pictures latents: one of those that each may have.
   *
   * @param pictures (N, H, W, 3) with pixels in [−1, 1]
   * @param noise (N, h, w, C) standard normal, which chooses
   * @return (N, h, w, C) as the network draws them, owned by the innermost scope
   */
  public Tensor latents(Tensor pictures, Tensor noise) {
    return coding.drawn(pictures, noise);
  }

  /**
   * A sampler that begins with given latents.
   *
   * @param sampler the whole way
   * @param latents (1, h, w, C) of a picture
   * @param strength share of the steps that are done, rounded down, but at least one; the more, the less is
   *     left of the picture
   * @return the last part of the way, cut as diffusers does
   */
  public static Sampler from(Sampler sampler, Tensor latents, double strength) {
    int last = Math.max(1, (int) (sampler.levels().count() * strength));
    boolean isCut = last < sampler.levels().count() && PndmStep.isCutSo(sampler);
    Sampler way = isCut ? PndmStep.cut((StepSampler) sampler, last) : sampler;
    return new FromPicture(way, latents, last);
  }

  /**
   * What a network that paints is shown: where, and the latents of the picture without that part.
   *
   * @param picture (1, H, W, 3) with pixels in [−1, 1]
   * @param painting the part that is painted anew
   * @param noise (1, h, w, C) standard normal, which chooses one of the latents that it may have
   * @return owned by the innermost scope
   */
  public Beside painted(Tensor picture, Painting painting, Tensor noise) {
    Shape each =
        Shape.of(noise.shape().dim(1), noise.shape().dim(2), noise.shape().dim(3));
    try (Tape.Pause pause = Tape.pause()) {
      return Beside.of(
          Variable.constant(painting.ofLatents(device, each)),
          Variable.constant(latents(painting.masked(picture), noise)));
    }
  }

  /**
   * What a network that enlarges is shown: the smaller picture with noise, and how much.
   *
   * @param low (1, h, w, 3) with pixels in [−1, 1]; of another size than the noise it is brought to that, corners
   *     staying corners
   * @param how it is shown
   * @param time up to which it becomes noisy, at most {@link SmallerPicture#most}
   * @param noise (1, H, W, 3) standard normal, as large as what is drawn
   * @return owned by the innermost scope
   * @throws IllegalArgumentException if there is no such time
   */
  public static Beside enlarged(Tensor low, SmallerPicture how, int time, Tensor noise) {
    if (time < 0 || time > how.most()) {
      throw new IllegalArgumentException(
          Text.of("noise level: expected 0 to %d, got %d", how.most(), time));
    }
    try (Tape.Pause pause = Tape.pause()) {
      int height = noise.shape().dim(1), width = noise.shape().dim(2);
      boolean fits = low.shape().dim(1) == height && low.shape().dim(2) == width;
      Variable given = Variable.constant(low);
      Variable shown = fits ? given : resizeBilinearAligned(given, height, width);
      Variable noisy = Mix.mix(
          how.noising().signal(time), shown, how.noising().noise(time), Variable.constant(noise));
      Beside beside = Beside.of(noisy);
      return how.isEnlarged() ? beside.withLevel(time) : beside.labelled(time);
    }
  }

  /**
   * Draws pictures, one of each text in turn.
   *
   * @param wish what they shall show
   * @param recipe how they are drawn
   * @param height in pixels
   * @param width in pixels
   * @param count how many
   * @return the first ones of the seed of the recipe
   * @throws IllegalArgumentException if something does not fit together
   */
  public List<Picture> draw(Wish wish, Recipe recipe, int height, int width, int count) {
    checked(recipe);
    Shape latents = latents(height, width);
    Drawing drawing = new Drawing(
            recipe.sampler().create(recipe.reverse()),
            latents,
            Randomness.of(recipe.seed()),
            1,
            this::pictures)
        .recording(network);
    try (Scope scope = Scope.open()) {
      Asked asked = asked(said(wish, recipe, whole(height, width)), Beside.nothing(), recipe);
      float[] drawn = drawing.draw(asked, device, count, (done, of, first, x) -> {});
      return PictureTensor.toPictures(drawn, height, width, coding.colors());
    }
  }
}
