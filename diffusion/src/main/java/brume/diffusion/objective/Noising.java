package brume.diffusion.objective;

import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The chance in one training step: the time and the noise of every sample. Where a step is recorded, times and
 * weights are drawn again into the same arrays before each repetition.
 */
public final class Noising {

  private final int[] times;
  private final double[] weights;
  private final Variable epsilon;
  private final boolean conditioned;

  private Noising(int[] times, double[] weights, Variable epsilon, boolean conditioned) {
    this.times = times;
    this.weights = weights;
    this.epsilon = epsilon;
    this.conditioned = conditioned;
  }

  /**
   * What noise is made of.
   *
   * @param offset strength of noise that is the same at every position, 0 for none; 0.1 is usual
   *     (Guttenberg, 2023: Diffusion with Offset Noise)
   * @param immiscible whether noise is dealt out so that samples get noise near them (Li et al.,
   *     2024: Immiscible Diffusion); makes samples depend on their batch
   * @param candidates noises of every sample, of which the one with the smallest loss counts
   */
  public record Settings(double offset, boolean immiscible, int candidates) {

    /** Independent normal numbers. */
    public static final Settings PLAIN = new Settings(0, false);

    /**
     * One noise for every sample.
     *
     * @param offset strength of noise that is the same at every position, 0 for none
     * @param immiscible whether noise is dealt out so that samples get noise near them
     */
    public Settings(double offset, boolean immiscible) {
      this(offset, immiscible, 1);
    }
  }

  /**
   * Draws noise, and times of equal probability.
   *
   * @param settings what noise is made of
   * @param steps T
   * @param x0 (N, ..., C) data
   * @param first number of the batch's first sample within its step
   * @param key of the step
   * @return the draw
   */
  public static Noising draw(Settings settings, int steps, Tensor x0, long first, RandomKey key) {
    return draw(settings, TimestepSampling.uniform(steps), x0, first, key);
  }

  /**
   * Draws times and noise. Sample i of a step has its own, whatever the size of the batch.
   *
   * @param settings what noise is made of
   * @param sampling how often each time is visited
   * @param x0 (N, ..., C) data
   * @param first number of the batch's first sample within its step
   * @param key of the step
   * @return the draw
   */
  public static Noising draw(
      Settings settings, TimestepSampling sampling, Tensor x0, long first, RandomKey key) {
    int samples = x0.shape().dim(0);
    int[] times = new int[samples];
    double[] weights = new double[samples];
    Backend.of(x0).renew(() -> {
      System.arraycopy(sampling.times(samples, first, key), 0, times, 0, samples);
      System.arraycopy(sampling.weights(times), 0, weights, 0, samples);
    });
    Variable epsilon = Variable.constant(noise(settings, x0, first, key));
    return new Noising(times, weights, epsilon, isConditioned(key));
  }

  /** (N, ..., C) noise alone. */
  static Tensor noise(Settings settings, Tensor x0, long first, RandomKey key) {
    Tensor epsilon = normal(x0.like(), first, key.child("noise"));
    if (settings.immiscible) {
      epsilon = ImmiscibleNoise.dealtTo(x0, epsilon);
    }
    return settings.offset == 0 ? epsilon : withOffset(settings.offset, epsilon, first, key);
  }

  /** Fills (N, ...) with standard normal numbers; those of a sample depend on its number alone. */
  static Tensor normal(Tensor into, long first, RandomKey key) {
    long sampleSize = into.shape().size() / Math.max(1, into.shape().dim(0));
    RandomKernels.of(into).normal(key, first * sampleSize, into);
    return into;
  }

  /** Candidate k of the noise; the first one is what is drawn if there are no others. */
  static Tensor candidate(Settings settings, int k, Tensor x0, long first, RandomKey key) {
    return noise(settings, x0, first, k == 0 ? key : key.child("candidate", k));
  }

  /** (N, ..., C) the candidate that each sample's loss is smallest with. */
  static Tensor best(
      Settings settings, Tensor x0, long first, RandomKey key, UnaryOperator<Variable> losses) {
    List<Tensor> candidates = IntStream.range(0, settings.candidates)
        .mapToObj(k -> candidate(settings, k, x0, first, key))
        .toList();
    return settings.candidates == 1
        ? candidates.get(0)
        : BestCandidate.picked(candidates, BestCandidate.winners(candidates, losses));
  }

  /** The same draw with other noise. */
  Noising withEpsilon(Variable other) {
    return new Noising(times, weights, other, conditioned);
  }

  /** Whether self-conditioned denoisers get an estimate in a step: in half of them. */
  static boolean isConditioned(RandomKey key) {
    return key.child("self-conditioning").uniform(0) < 0.5;
  }

  /**
   * Given times and noise.
   *
   * @param times (N) from 0 to T − 1
   * @param epsilon (N, ..., C) noise
   * @param conditioned whether self-conditioned denoisers get an estimate
   * @return the draw
   */
  public static Noising of(int[] times, Variable epsilon, boolean conditioned) {
    double[] ones = new double[times.length];
    Arrays.fill(ones, 1);
    return new Noising(times.clone(), ones, epsilon, conditioned);
  }

  /**
   * Noise to which every channel of every sample has a number of its own added.
   *
   * @param epsilon (N, ..., C) noise
   * @param strength factor of the offsets
   * @param offsets (N·C) standard normal numbers
   * @return (N, ..., C) ε + strength·offset
   */
  public static Tensor withOffset(Tensor epsilon, double strength, double[] offsets) {
    return withOffset(epsilon, strength, () -> offsets);
  }

  private static Tensor withOffset(Tensor epsilon, double strength, Supplier<double[]> drawn) {
    int samples = epsilon.shape().dim(0), channels = epsilon.shape().dim(-1);
    Tensor perChannel = Tensor.renewed(epsilon.device(), Shape.of(samples, 2 * channels), () -> {
      double[] offsets = drawn.get();
      double[] scaleShift =
          new double[Shape.product(2, samples, channels)]; // per sample: zeros, then shifts
      for (int n = 0; n < samples; n++) {
        for (int c = 0; c < channels; c++) {
          scaleShift[(2 * n + 1) * channels + c] = strength * offsets[n * channels + c];
        }
      }
      return scaleShift;
    });
    try (Tape.Pause pause = Tape.pause()) {
      return scaleShift(Variable.constant(epsilon), Variable.constant(perChannel))
          .value();
    }
  }

  private static Tensor withOffset(double strength, Tensor epsilon, long first, RandomKey key) {
    int channels = epsilon.shape().dim(-1);
    double[] offsets = new double[Shape.product(epsilon.shape().dim(0), channels)];
    RandomKey drawn = key.child("offset");
    return withOffset(epsilon, strength, () -> {
      drawn.fillNormal(first * channels, offsets, 0, offsets.length);
      return offsets;
    });
  }

  /**
   * Time of every sample.
   *
   * @return (N) not to be changed; where recorded work is repeated, others are drawn into it
   */
  public int[] times() {
    return times;
  }

  /**
   * How much the loss of every sample counts: more than 1 if its time is visited less than others.
   *
   * @return (N) not to be changed; where recorded work is repeated, others are drawn into it
   */
  public double[] weights() {
    return weights;
  }

  /**
   * The loss of a batch, on average what it would be if all times were visited equally often.
   *
   * @param losses (N) of the samples
   * @return a single number, ⟨weight·loss⟩
   */
  public Variable average(Variable losses) {
    if (Arrays.stream(weights).allMatch(weight -> weight == 1)) {
      return mean(losses);
    }
    Tensor each = Tensor.of(losses.value().device(), losses.shape(), weights);
    return mean(multiply(losses, Variable.constant(each)));
  }

  /**
   * The noise.
   *
   * @return (N, ..., C) ε
   */
  public Variable epsilon() {
    return epsilon;
  }

  /**
   * Whether self-conditioned denoisers get an estimate of the data in this step.
   *
   * @return true for half of the steps
   */
  public boolean isConditioned() {
    return conditioned;
  }
}
