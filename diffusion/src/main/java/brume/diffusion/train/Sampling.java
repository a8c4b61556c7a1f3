package brume.diffusion.train;

import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.nn.Denoiser;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;

/**
 * Draws pictures from a model. Picture i of a seed is the same whatever the number of pictures and the
 * size of the batches.
 *
 * @param steps of the sampler; as many as the process has mean DDPM, fewer mean DDIM
 * @param eta share of the noise that DDIM adds
 * @param seed of the pictures
 * @param batch pictures drawn at once
 */
public record Sampling(int steps, double eta, long seed, int batch) {

  private static final int BATCH = 64; // pictures; more of them if they are small
  private static final int BATCH_NUMBERS = 16_384;

  /** Refuses what no sampler can do. {@inheritDoc} */
  public Sampling {
    if (steps < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "sampling: expected steps and a batch of 1 or more, got %d and %d"
              .formatted(steps, batch));
    }
  }

  /**
   * As configured for a run's grids.
   *
   * @param config of the run
   * @return the settings
   */
  public static Sampling of(RunConfig config) {
    RunConfig.Pictures pictures = config.pictures();
    int size = pictures.size() * pictures.size() * pictures.channels();
    return new Sampling(
        config.sampling().sampleSteps(),
        config.sampling().eta(),
        config.seed(),
        Math.max(BATCH, BATCH_NUMBERS / size));
  }

  /** Is shown pictures in the making. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Called after every step of every batch.
     *
     * @param done steps done, counted over all batches
     * @param of steps in all
     * @param first number of the batch's first picture
     * @param x (N, H, W, C) the batch as it is now, in the range of the model
     */
    void step(int done, int of, int first, Tensor x);
  }

  /**
   * Draws pictures.
   *
   * @param model trained
   * @param device where it is
   * @param count how many
   * @param watcher is shown every step
   * @return (count, H, W, C) values in [0, 1]
   */
  public float[] draw(Model model, Device device, int count, Watcher watcher) {
    RunConfig.Pictures pictures = model.config().pictures();
    Shape picture = Shape.of(pictures.size(), pictures.size(), pictures.channels());
    return draw(model, sampler(model), picture, device, count, watcher);
  }

  /**
   * Draws pictures with a sampler of another system, which knows its steps and its share of noise.
   *
   * @param denoiser trained
   * @param sampler made for it
   * @param picture (H, W, C)
   * @param device where the denoiser is
   * @param count how many
   * @param watcher is shown every step
   * @return (count, H, W, C) values in [0, 1]
   */
  public float[] draw(
      Denoiser denoiser,
      Sampler sampler,
      Shape picture,
      Device device,
      int count,
      Watcher watcher) {
    RandomKey key = RandomKey.of(seed).child("samples");
    int size = picture.size(), batches = batches(count);
    float[] drawn = new float[Math.multiplyExact(count, size)];
    for (int b = 0; b < batches; b++) {
      int first = b * batch, n = Math.min(batch, count - first), before = b * sampler.steps();
      SamplingListener listener =
          (done, of, x, x0) -> watcher.step(before + done, batches * of, first, x);
      try (Scope scope = Scope.open()) {
        Shape shape = Shape.of(n, picture.dim(0), picture.dim(1), picture.dim(2));
        NoiseSource noise = NoiseSource.keyed(key, first);
        float[] values =
            PictureTensor.toUnit(sampler.sample(denoiser, device, shape, noise, listener));
        System.arraycopy(values, 0, drawn, first * size, values.length);
      }
    }
    return drawn;
  }

  /**
   * How long drawing takes.
   *
   * @param count of pictures
   * @return steps, counted over all batches
   */
  public long stepsFor(int count) {
    return (long) batches(count) * steps;
  }

  private int batches(int count) {
    return (count + batch - 1) / batch;
  }

  private Sampler sampler(Model model) {
    RunConfig.Diffusion process = model.config().process();
    return Sampler.of(ReverseProcess.of(model.process().schedule(), process.predict()), steps, eta);
  }
}
