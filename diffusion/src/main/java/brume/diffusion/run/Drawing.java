package brume.diffusion.run;

import brume.diffusion.data.PictureTensor;
import brume.diffusion.ranks.Team;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sink.SampleNumbers;
import brume.nn.Recorder;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Draws samples from a model, a batch at a time. Sample i of a seed is the same whatever others are drawn
 * and in batches of whatever size.
 *
 * @param sampler the way from noise to data
 * @param picture (H, W, C) of what the sampler draws
 * @param random what they are drawn with
 * @param batch samples drawn at once
 * @param finish what happens to them when they are drawn, (N, H, W, C) to (N, any, any, any), such as
 *     decoding; by default nothing
 * @param recorder of the network that is asked; by default it is asked without being recorded
 */
public record Drawing(
    Sampler sampler,
    Shape picture,
    Randomness random,
    int batch,
    UnaryOperator<Tensor> finish,
    Optional<Recorder> recorder) {

  private static final int BATCH = 64; // samples; more of them if they are small
  private static final int BATCH_NUMBERS = 16_384;

  /** Refuses empty batches. {@inheritDoc} */
  public Drawing {
    if (batch < 1) {
      throw new IllegalArgumentException(
          Text.of("drawing: expected a batch of 1 or more, got %d", batch));
    }
  }

  /**
   * Drawing of samples with models that are not recorded.
   *
   * @param sampler the way from noise to data
   * @param picture (H, W, C) of what the sampler draws
   * @param random what they are drawn with
   * @param batch samples drawn at once
   * @param finish what happens to them when they are drawn
   */
  public Drawing(
      Sampler sampler, Shape picture, Randomness random, int batch, UnaryOperator<Tensor> finish) {
    this(sampler, picture, random, batch, finish, Optional.empty());
  }

  /**
   * The same with a network that is recorded meanwhile, where its device can.
   *
   * @param network is asked for the samples
   * @return for {@link #draw}
   */
  public Drawing recording(Recorder network) {
    return new Drawing(sampler, picture, random, batch, finish, Optional.of(network));
  }

  /**
   * Drawing of samples that are what the sampler draws.
   *
   * @param sampler the way from noise to data
   * @param picture (H, W, C)
   * @param seed of the samples
   * @param batch samples drawn at once
   */
  public Drawing(Sampler sampler, Shape picture, long seed, int batch) {
    this(sampler, picture, Randomness.of(seed), batch, drawn -> drawn);
  }

  /**
   * Samples that are drawn at once unless told otherwise.
   *
   * @param picture (H, W, C)
   * @return more of them if they are small
   */
  public static int usualBatch(Shape picture) {
    return Math.max(BATCH, BATCH_NUMBERS / picture.size());
  }

  /** Is shown samples in the making. */
  @FunctionalInterface
  public interface Watcher {

    /**
     * Called after every step of every batch.
     *
     * @param done steps done, counted over all batches
     * @param of steps in all
     * @param first how many samples were drawn before those of the batch
     * @param x (N, H, W, C) the batch as it is now, in the range of the model
     */
    void step(long done, long of, long first, Tensor x);
  }

  /** Takes samples when they are done. */
  @FunctionalInterface
  public interface Taker {

    /**
     * Takes some samples.
     *
     * @param first how many were drawn before
     * @param values (N, H, W, C) in [0, 1]
     * @throws IOException if they cannot be kept
     */
    void take(long first, float[] values) throws IOException;
  }

  /**
   * Draws samples.
   *
   * @param model as the sampler sees it
   * @param device where it is
   * @param numbers which samples of the seed
   * @param skip how many of them were drawn already
   * @param watcher is shown every step
   * @param taker gets them in order
   * @throws IOException if samples cannot be kept
   */
  public void draw(
      Asked model, Device device, SampleNumbers numbers, long skip, Watcher watcher, Taker taker)
      throws IOException {
    draw(Team.alone(), model, device, numbers, skip, watcher, taker);
  }

  /**
   * Draws samples with others, batch by batch, each drawn by one of the team: those that one would draw.
   *
   * @param team who draws
   * @param model as the sampler sees it
   * @param device where it is
   * @param numbers which samples of the seed
   * @param skip how many of them were drawn already
   * @param watcher is shown every step of the batches that are drawn here
   * @param taker gets them in order, on every one of the team
   * @throws IOException if samples cannot be kept, or another of the team does not answer
   */
  public void draw(
      Team team,
      Asked model,
      Device device,
      SampleNumbers numbers,
      long skip,
      Watcher watcher,
      Taker taker)
      throws IOException {
    try (Recorder.Session recorded = recorder.map(Recorder::begin).orElse(null)) {
      drawAll(team, model, device, numbers, skip, watcher, taker);
    }
  }

  private void drawAll(
      Team team,
      Asked model,
      Device device,
      SampleNumbers numbers,
      long skip,
      Watcher watcher,
      Taker taker)
      throws IOException {
    int size = team.ranks().size(), rank = team.ranks().rank();
    int most = most(model.choice());
    long of = stepsFor(model.choice(), numbers, skip), batches = 0;
    for (long first = skip; first < numbers.count(); ) {
      List<Long> firsts = new ArrayList<>(); // of a batch for each
      while (firsts.size() < size && first < numbers.count()) {
        firsts.add(first);
        first += together(numbers, first, most);
      }
      float[] own = {};
      if (rank < firsts.size()) {
        long from = firsts.get(rank), before = (batches + rank) * sampler.steps();
        own = drawn(
            model,
            device,
            numbers,
            from,
            (done, steps, x, x0) -> watcher.step(before + done, of, from, x));
      }
      List<float[]> all = size == 1 ? List.of(own) : team.gather(own);
      for (int i = 0; i < firsts.size(); i++) {
        taker.take(firsts.get(i), all.get(i));
      }
      batches += firsts.size();
    }
  }

  /** One batch. */
  private float[] drawn(
      Asked model, Device device, SampleNumbers numbers, long first, SamplingListener listener) {
    Choice choice = model.choice();
    int n = together(numbers, first, most(choice)) * choice.of();
    long kept = numbers.at(first), from = kept * choice.of();
    try (Scope scope = Scope.open()) {
      Shape shape = Shape.of(n, picture.dim(0), picture.dim(1), picture.dim(2));
      NoiseSource noise = random.samples(from);
      Denoised asked = model.of(from, n);
      Tensor drawn = sampler.sample(asked, noise.start(device, shape), noise, listener);
      return PictureTensor.toUnit(choice.best(kept, finish.apply(drawn)));
    }
  }

  /**
   * Draws the first samples of the seed into memory.
   *
   * @param model as the sampler sees it
   * @param device where it is
   * @param count how many
   * @param watcher is shown every step
   * @return (count, H, W, C) values in [0, 1]
   */
  public float[] draw(Asked model, Device device, int count, Watcher watcher) {
    try {
      return draw(Team.alone(), model, device, count, watcher);
    } catch (IOException impossible) {
      throw new IllegalStateException("memory takes all samples", impossible);
    }
  }

  /**
   * Draws the first samples of the seed into memory, with others.
   *
   * @param team who draws
   * @param model as the sampler sees it
   * @param device where it is
   * @param count how many
   * @param watcher is shown every step of the batches that are drawn here
   * @return (count, H, W, C) values in [0, 1], on every one of the team
   * @throws IOException if another of the team does not answer
   */
  public float[] draw(Team team, Asked model, Device device, int count, Watcher watcher)
      throws IOException {
    Shape.product(count, picture.size()); // refuses now what no array holds
    List<float[]> parts = new ArrayList<>();
    draw(
        team,
        model,
        device,
        SampleNumbers.first(count),
        0,
        watcher,
        (first, values) -> parts.add(values));
    float[] all = new float[parts.stream().mapToInt(part -> part.length).reduce(0, Math::addExact)];
    int done = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, done, part.length);
      done += part.length;
    }
    return all;
  }

  /**
   * How long drawing takes.
   *
   * @param choice which samples are kept
   * @param numbers which samples of the seed
   * @param skip how many of them were drawn already
   * @return steps, counted over all batches
   */
  public long stepsFor(Choice choice, SampleNumbers numbers, long skip) {
    long batches = 0;
    for (long first = skip; first < numbers.count(); batches++) {
      first += together(numbers, first, most(choice));
    }
    return batches * sampler.steps();
  }

  /** How many samples of a batch are kept at most. */
  private int most(Choice choice) {
    return Math.max(1, batch / choice.of());
  }

  /** How many consecutive numbers a batch takes from a position on. */
  private static int together(SampleNumbers numbers, long position, int most) {
    int n = 1;
    while (n < most
        && position + n < numbers.count()
        && numbers.at(position + n) == numbers.at(position) + n) {
      n++;
    }
    return n;
  }
}
