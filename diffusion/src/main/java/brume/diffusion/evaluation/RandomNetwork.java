package brume.diffusion.evaluation;

import brume.diffusion.metric.RandomFeatures;
import brume.tensor.Device;
import brume.tensor.Shape;

/** {@link RandomFeatures}, for pictures of which no better ones are known. */
public final class RandomNetwork implements FeatureExtractor {

  private final Shape sample;
  private final RandomFeatures network;

  /**
   * Draws the weights.
   *
   * @param device where to compute; the innermost scope owns the weights
   * @param sample (H, W, C) of the samples
   */
  public RandomNetwork(Device device, Shape sample) {
    this.sample = sample;
    this.network = new RandomFeatures(device, sample);
  }

  @Override
  public String describe() {
    return RandomFeatures.WIDTH + " of a random convolutional network";
  }

  @Override
  public String identity() {
    return "random network for " + sample;
  }

  @Override
  public int width() {
    return RandomFeatures.WIDTH;
  }

  @Override
  public boolean standardized() {
    return true;
  }

  @Override
  public Answers of(float[] samples) {
    return new Answers(network.of(samples));
  }
}
