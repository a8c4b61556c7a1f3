package brume.tests.golden;

import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.guidance.KeptPart;
import brume.diffusion.pipeline.Beside;
import brume.diffusion.pipeline.Painting;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.autoencoder.Posterior;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.math.Arithmetic;

/**
 * What a pipeline begins with: noise, or a picture of which a part may be painted or which is enlarged. The
 * numbers {@code noise0}, {@code noise1} and so on are drawn in the order of the original.
 */
final class PictureBeginnings {

  private final GoldenCase asked;
  private final Comparison results;
  private final TextToPicture pipeline;
  private final AutoencoderKL autoencoder;
  private final StableDiffusionFolder folder;
  private final LooksOnTheWay looks;
  private int drawn; // noises
  private int encoded; // pictures

  PictureBeginnings(
      GoldenCase asked,
      Comparison results,
      TextToPicture pipeline,
      AutoencoderKL autoencoder,
      StableDiffusionFolder folder,
      LooksOnTheWay looks) {
    this.asked = asked;
    this.results = results;
    this.pipeline = pipeline;
    this.autoencoder = autoencoder;
    this.folder = folder;
    this.looks = looks;
  }

  /**
   * A way and its beginning.
   *
   * @param way to the picture
   * @param start standard normal numbers, or where the way starts
   * @param isPlaced whether it is where the way starts
   * @param beside what the network is shown
   */
  record Begun(Sampler way, Tensor start, boolean isPlaced, Beside beside) {
    Tensor draw(Denoised model, NoiseSource noise) {
      return isPlaced
          ? way.denoise(model, start, way.steps(), noise, SamplingListener.NONE)
          : way.sample(model, start, noise, SamplingListener.NONE);
    }
  }

  Begun begin(Sampler sampler) {
    if (!asked.has("input.image")) {
      return new Begun(sampler, looks.start(load("latents")), true, Beside.nothing());
    }
    Tensor picture = Arithmetic.affine(2, load("image"), -1);
    if (folder.smaller().isPresent()) {
      Beside beside = TextToPicture.enlarged(
          picture, folder.smaller().get(), asked.attrs().path("noise_level").asInt(), nextNoise());
      return new Begun(sampler, looks.start(load("latents")), true, beside);
    }
    double strength = asked.attrs().path("strength").asDouble();
    return asked.has("input.mask")
        ? painting(sampler, picture, strength)
        : new Begun(
            TextToPicture.from(sampler, latents(picture), strength),
            nextNoise(),
            false,
            Beside.nothing());
  }

  private Begun painting(Sampler sampler, Tensor picture, double strength) {
    int[] shape = asked.shape("input.mask");
    Painting painting = Painting.of(shape[2], shape[3], asked.floats("input.mask"));
    boolean fromNoise = strength == 1;
    if (folder.paints()) {
      Sampler way = fromNoise ? sampler : TextToPicture.from(sampler, latents(picture), strength);
      Tensor noise = nextNoise();
      checkMoments(painting.masked(picture));
      Beside beside = pipeline.painted(picture, painting, nextNoise());
      return new Begun(way, fromNoise ? looks.start(noise) : noise, fromNoise, beside);
    }
    Tensor known = latents(picture);
    Sampler way = fromNoise ? sampler : TextToPicture.from(sampler, known, strength);
    Tensor noise = nextNoise();
    checkMoments(painting.masked(picture));
    drawn++; // for latents that nobody looks at
    Shape each =
        Shape.of(known.shape().dim(1), known.shape().dim(2), known.shape().dim(3));
    Tensor kept = painting.keptOfLatents(pipeline.device(), each);
    return new Begun(
        new KeptPart(looks.watching(way), known, kept),
        fromNoise ? looks.start(noise) : noise,
        fromNoise,
        Beside.nothing());
  }

  private Tensor latents(Tensor picture) {
    checkMoments(picture);
    return pipeline.latents(picture, nextNoise());
  }

  private void checkMoments(Tensor picture) {
    Posterior posterior = autoencoder.encode(Variable.constant(picture));
    results.check(
        "output.moments" + encoded++,
        concatenate(posterior.mean(), posterior.logVariance()).value());
  }

  private Tensor nextNoise() {
    return load("noise" + drawn++);
  }

  private Tensor load(String name) {
    return ChannelsLast.load(asked, "input." + name, pipeline.device());
  }

  /** What is drawn on the way, behind what was drawn before; at its start what samples are made of. */
  NoiseSource noise() {
    int before = drawn;
    String start = asked.has("input.latents")
        ? "latents"
        : "noise" + (folder.paints() && asked.attrs().path("strength").asDouble() == 1 ? 0 : 1);
    return new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return load(start);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        return load("noise" + (before + step));
      }
    };
  }
}
