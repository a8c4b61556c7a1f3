package brume.diffusion.evaluation;

import java.util.List;

/** Makes of samples the rows of numbers by which sets of them are compared. */
public interface FeatureExtractor {

  /**
   * What stands for a sample, for people.
   *
   * @return such as {@code 64 of a random convolutional network}
   */
  String describe();

  /**
   * What tells the features from those of another extractor, wherever they are kept.
   *
   * @return the same text for the same features
   */
  String identity();

  /**
   * Numbers that stand for one sample.
   *
   * @return D
   */
  int width();

  /**
   * Whether each feature is divided by its deviation over the data, so that all of them count the same.
   *
   * @return false where features are compared as they are, as with published figures
   */
  default boolean standardized() {
    return false;
  }

  /**
   * How pictures are brought to the size that the features are taken of.
   *
   * @return in words
   */
  default String resize() {
    return "none";
  }

  /**
   * Whether there are logits of classes beside the features.
   *
   * @return false if it tells no classes
   */
  default boolean tellsClasses() {
    return false;
  }

  /**
   * Names of the classes whose logits are told.
   *
   * @return in order; empty if they have no names that data would have, or there are none
   */
  default List<String> classes() {
    return List.of();
  }

  /**
   * Looks at samples.
   *
   * @param samples (N, H, W, C) values in [0, 1]
   * @return a row for each
   */
  Answers of(float[] samples);

  /**
   * What was seen in samples.
   *
   * @param features (N, D)
   * @param logits (N, K) of classes; no rows if no classes are told
   */
  @SuppressWarnings("ArrayRecordComponent") // taken apart at once, never compared
  record Answers(double[][] features, double[][] logits) {

    /**
     * Features without classes.
     *
     * @param features (N, D)
     */
    public Answers(double[][] features) {
      this(features, new double[0][]);
    }
  }
}
