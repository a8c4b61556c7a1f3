package brume.diffusion.pipeline;

import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.exchange.UnclipFolder;
import brume.diffusion.exchange.UnclipFolder.Ways;
import brume.diffusion.run.Asked;
import brume.diffusion.run.TextEncoding;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.settings.SettingException;
import brume.diffusion.text.ClipTokenizer;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.prior.PriorTransformer;
import brume.nn.prior.TextProjection;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Draws what texts say in three stages: of the words the vector of a picture, of both a small picture, and
 * of that a large one.
 *
 * @param texts from texts to tokens and vectors
 * @param prior draws vectors of pictures at a spread of one
 * @param vectors makes of these vectors as encoders make them
 * @param projection tells the decoder
 * @param decoder draws small pictures
 * @param first draws large pictures in all steps but the last
 * @param last draws them in the last step
 * @param device where all of them are
 * @see <a href="https://arxiv.org/abs/2204.06125">Ramesh et al., Hierarchical Text-Conditional Image
 *     Generation with CLIP Latents (2022)</a>
 */
public record Unclip(
    TextEncoding texts,
    Denoiser prior,
    UnaryOperator<Variable> vectors,
    TextProjection projection,
    Denoiser decoder,
    Denoiser first,
    Denoiser last,
    Device device) {

  /**
   * Loads the parts of a folder.
   *
   * @param folder what to load
   * @param device where, owned by the innermost scope
   * @return the pipeline
   * @throws IOException if something is missing or damaged
   */
  public static Unclip open(UnclipFolder folder, Device device) throws IOException {
    PriorTransformer prior = folder.prior(device);
    TextEncoding.Tower words =
        new TextEncoding.Tower(ClipTokenizer.open(folder.tokenizer()), folder.words(device));
    return new Unclip(
        new TextEncoding(List.of(words), false),
        prior,
        prior::toPictureVector,
        folder.projection(device),
        folder.decoder(device),
        folder.first(device),
        folder.last(device),
        device);
  }

  /**
   * Refuses ways of drawing that cannot be, before anything is loaded.
   *
   * @param ways of the three stages
   * @return the same
   * @throws IllegalArgumentException with the setting to change
   */
  public static Ways checked(Ways ways) {
    TextToPicture.checked(ways.prior());
    TextToPicture.checked(ways.decoder());
    TextToPicture.checked(ways.enlarging());
    SettingException.unless(
        !ways.enlarging().guidance().asksTwice(),
        "{guidance}: expected none of what enlarges, which is told no texts, got one");
    return ways;
  }

  /**
   * Encodes texts.
   *
   * @param prompts at least one
   * @return of each text what it says, and what the empty one does; owned by the innermost scope
   */
  public Said words(List<String> prompts) {
    List<String> nothing = Collections.nCopies(prompts.size(), "");
    return new Said(texts.vectors(prompts), Optional.of(texts.vectors(nothing)));
  }

  /**
   * Draws vectors of pictures.
   *
   * @param words of each sample
   * @param ways how
   * @param start (N, 1, 1, C) standard normal numbers
   * @param noise where the noise of steps comes from
   * @param listener called after every step
   * @return (N, C) as encoders make them, owned by the innermost scope
   */
  public Tensor pictureVectors(
      Said words, Ways ways, Tensor start, NoiseSource noise, SamplingListener listener) {
    Said led = ledAs(words, ways.prior().guidance().asksTwice());
    Denoised model = TextToPicture.estimates(prior, led, ways.prior());
    Sampler sampler = ways.prior().sampler().create(ways.prior().reverse());
    Tensor drawn = sampler.sample(model, start, noise, listener);
    Shape rows = Shape.of(start.shape().dim(0), start.shape().dim(3));
    try (Tape.Pause pause = Tape.pause()) {
      return vectors.apply(reshape(Variable.constant(drawn), rows)).value();
    }
  }

  /**
   * What the decoder is told.
   *
   * @param words of each sample
   * @param pictures (N, C) vectors of pictures
   * @param ways how it draws
   * @return owned by the innermost scope
   */
  public Said told(Said words, Tensor pictures, Ways ways) {
    int samples = pictures.shape().dim(0);
    try (Tape.Pause pause = Tape.pause()) {
      Context wanted = told(words.wanted(), Variable.constant(pictures));
      Optional<Context> unwanted =
          words.unwanted().map(other -> told(other, projection.noPicture(samples)));
      return ledAs(new Said(wanted, unwanted), ways.decoder().guidance().asksTwice());
    }
  }

  /** The tokens of a picture stand before those of the words, and none of them is padding. */
  private Context told(Context words, Variable pictures) {
    Context all = projection.context(pictures, words.vector().orElseThrow(), words.tokens());
    boolean[] shown = words.shown().orElseThrow();
    int samples = pictures.shape().dim(0), length = shown.length / samples;
    int more = projection.config().tokens(), whole = more + length;
    boolean[] flags = new boolean[samples * whole];
    for (int n = 0; n < samples; n++) {
      Arrays.fill(flags, n * whole, n * whole + more, true);
      System.arraycopy(shown, n * length, flags, n * whole + more, length);
    }
    return all.withShown(flags);
  }

  private static Said ledAs(Said said, boolean isLed) {
    return isLed ? said : new Said(said.wanted(), Optional.empty());
  }

  /**
   * The decoder as samplers see it, of samples that differ by their numbers.
   *
   * @param words of each text in turn
   * @param ways how vectors and small pictures are drawn
   * @param random what vectors are drawn with
   * @return estimates of small pictures, led as the recipe says
   */
  public Asked asked(Said words, Ways ways, Randomness random) {
    int channels = projection.config().channels();
    return (number, count) -> {
      NoiseSource noise = random.before("prior", number);
      Said some = words.of(number, count);
      Tensor start = noise.start(device, Shape.of(count, 1, 1, channels));
      Tensor pictures = pictureVectors(some, ways, start, noise, SamplingListener.NONE);
      return TextToPicture.estimates(decoder, told(some, pictures, ways), ways.decoder());
    };
  }

  /**
   * A sampler that ends in large pictures.
   *
   * @param small draws small ones
   * @param ways how they are enlarged
   * @param height of large ones in pixels
   * @param width of large ones in pixels
   * @return it shows listeners the small ones alone
   */
  public Sampler enlarging(Sampler small, Ways ways, int height, int width) {
    return new EnlargedAfter(small, ways.enlarging(), first, last, height, width);
  }
}
