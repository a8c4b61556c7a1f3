package brume.diffusion.objective;

import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static brume.autograd.function.resample.AveragePool.averagePool;
import static brume.autograd.function.resample.Resize.resizeBilinear;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;
import brume.nn.Denoiser;
import brume.nn.Shown;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A smaller picture of the same, brought to its size, with a little noise, and how much that is:
 *
 * <pre>
 *   low(x)      = mean of x over squares of factor·factor pixels
 *   shown(l, a) = [√(1 − a²)·enlarged(l) + a·ε, a]          behind the channels of the data
 * </pre>
 *
 * <p>enlarged is bilinear. In training, a is drawn evenly from 0 to {@code noise} for every sample, so that
 * the network learns not to trust details of what it is shown: what it is given later was not made by this
 * mean.
 *
 * @param factor how many times larger its height and width become
 * @param noise largest a, a standard deviation; pictures lie in [−1, 1]
 * @param from folder of a run that draws the smaller pictures, within that of this run or a whole path;
 *     blank if they are given
 * @param words of what pictures show, which the network may attend to, as those of Imagen do
 * @see <a href="https://arxiv.org/abs/2104.07636">Saharia et al., Image Super-Resolution via Iterative
 *     Refinement (2021), section 2.4: pictures beside the data</a>
 * @see <a href="https://arxiv.org/abs/2106.15282">Ho et al., Cascaded Diffusion Models for High Fidelity
 *     Image Generation (2021), section 4.2: noise, of which the network is told</a>
 * @see <a href="https://arxiv.org/abs/2205.11487">Saharia et al., Photorealistic Text-to-Image Diffusion Models
 *     with Deep Language Understanding (2022), section 2.4: words, also where pictures are enlarged</a>
 */
public record SuperResolution(
    @About(
            value =
                "How many times larger height and width become than those of the picture shown.",
            min = 2,
            max = 64)
        int factor,
    @About(
            value = "Most noise that the smaller picture gets in training; 1 leaves nothing of it.",
            min = 0,
            max = 1,
            option = "low-noise")
        double noise,
    @About(
            value = "Folder of a run that draws the smaller pictures, once samples are drawn.",
            option = "low-from",
            optional = true)
        String from,
    @Inline ToldWords words)
    implements ConditionSettings {

  /**
   * One that enlarges pictures that are given.
   *
   * @param factor how many times larger its height and width become
   * @param noise largest a
   */
  public SuperResolution(int factor, double noise) {
    this(factor, noise, "", ToldWords.none());
  }

  @Override
  public Optional<String> drawnBy() {
    return from.isBlank() ? Optional.empty() : Optional.of(from);
  }

  @Override
  public List<String> classes(List<String> ofData) {
    return List.of();
  }

  /** Without words there is nothing to drop. */
  @Override
  public boolean dropsLabels() {
    return words.from().isEmpty() || words.dropTexts() > 0;
  }

  @Override
  public int tokenChannels() {
    return words.wordChannels();
  }

  @Override
  public ConditionSettings withChannels(int ofWords, int ofPictures) {
    return new SuperResolution(factor, noise, from, words.withChannels(ofWords));
  }

  /** Those of the picture, and one that tells its noise. */
  @Override
  public int channels(int ofData) {
    return ofData + 1;
  }

  @Override
  public void requireFitting(Shape sample) {
    words.requireEffect();
    SettingException.unless(
        sample.dim(0) % factor == 0 && sample.dim(1) % factor == 0,
        "{condition.factor}: expected a divisor of height and width of the samples, %dx%d, got %d",
        sample.dim(0),
        sample.dim(1),
        factor);
  }

  @Override
  public Denoiser told(Denoiser network, Batch batch, RandomKey key) {
    RandomKey levels = key.child("low-level");
    double[] drawn = new double[batch.x0().shape().dim(0)];
    Arrays.setAll(drawn, n -> noise * levels.uniform(batch.first() + n));
    Tensor epsilon = epsilon(batch.x0(), batch.first(), key);
    Denoiser shown = new Shown(network, shown(low(batch.x0()), drawn, epsilon));
    return words.from().isPresent()
        ? Conditions.attending(shown, batch, words.dropTexts(), key)
        : shown;
  }

  /**
   * The size of the smaller picture.
   *
   * @param sample (H, W, C)
   * @return (H/factor, W/factor, C)
   */
  public Shape low(Shape sample) {
    return Shape.of(sample.dim(0) / factor, sample.dim(1) / factor, sample.dim(2));
  }

  /**
   * Smaller pictures of samples.
   *
   * @param x0 (N, H, W, C) in the range of the model
   * @return (N, H/factor, W/factor, C), owned by the innermost scope
   */
  public Tensor low(Tensor x0) {
    try (Tape.Pause pause = Tape.pause()) {
      return averagePool(Variable.constant(x0), factor).value();
    }
  }

  /**
   * What the network is shown beside the data.
   *
   * @param low (N, h, w, C) smaller pictures in the range of the model
   * @param levels (N) a of each, from 0 to 1
   * @param epsilon (N, H, W, C) normal numbers
   * @return (N, H, W, C + 1), owned by the innermost scope
   */
  public Variable shown(Tensor low, double[] levels, Tensor epsilon) {
    Shape size = epsilon.shape();
    try (Tape.Pause pause = Tape.pause()) {
      Variable enlarged = resizeBilinear(Variable.constant(low), size.dim(1), size.dim(2));
      double[] kept = Arrays.stream(levels).map(a -> Math.sqrt(1 - a * a)).toArray();
      Variable noisy = mixSamples(kept, enlarged, levels, Variable.constant(epsilon));
      return concatenate(noisy, Variable.constant(plane(levels, epsilon)));
    }
  }

  /**
   * The network as it is shown smaller pictures of samples that are drawn.
   *
   * @param network trained with this
   * @param low (N, h, w, C) in the range of the model
   * @param level a, at most {@link #noise}, which is all that the network has seen
   * @param first number of the first sample
   * @param key of the noise; that of a sample depends on its number, not on the batch
   * @return the network, told what there is to tell
   * @throws IllegalArgumentException if the level is none that the network has seen
   */
  public Denoiser enlarging(Denoiser network, Tensor low, double level, long first, RandomKey key) {
    if (!(level >= 0 && level <= noise)) {
      throw new IllegalArgumentException(
          Text.of("noise level: expected 0 to %s, as in training, got %s", noise, level));
    }
    Shape small = low.shape();
    Shape size = Shape.of(small.dim(0), small.dim(1) * factor, small.dim(2) * factor, small.dim(3));
    double[] levels = new double[small.dim(0)];
    Arrays.fill(levels, level);
    return new Shown(network, shown(low, levels, epsilon(low.like(size), first, key)));
  }

  private static Tensor epsilon(Tensor like, long first, RandomKey key) {
    Tensor epsilon = like.like();
    long size = like.shape().size() / like.shape().dim(0);
    RandomKernels.of(epsilon).normal(key.child("low-noise"), first * size, epsilon);
    return epsilon;
  }

  /** (N, H, W, 1) the level of each sample at all places. */
  private static Tensor plane(double[] levels, Tensor like) {
    Shape size = like.shape();
    int pixels = size.dim(1) * size.dim(2);
    double[] all = new double[levels.length * pixels];
    for (int n = 0; n < levels.length; n++) {
      Arrays.fill(all, n * pixels, (n + 1) * pixels, levels[n]);
    }
    return Tensor.of(like.device(), Shape.of(levels.length, size.dim(1), size.dim(2), 1), all);
  }
}
