package brume.diffusion.evaluation;

import brume.tensor.Shape;

/**
 * The numbers of samples themselves, where there are few of them.
 *
 * @param sample (H, W, C) of the samples
 */
public record NumberFeatures(Shape sample) implements FeatureExtractor {

  /** Numbers of a sample that need no network. */
  public static final int FEW = 256;

  @Override
  public String describe() {
    return "the " + sample.size() + " numbers of a sample";
  }

  @Override
  public String identity() {
    return "numbers of " + sample;
  }

  @Override
  public int width() {
    return sample.size();
  }

  @Override
  public boolean standardized() {
    return true;
  }

  @Override
  public Answers of(float[] samples) {
    return new Answers(Rows.of(samples, sample.size()));
  }
}
