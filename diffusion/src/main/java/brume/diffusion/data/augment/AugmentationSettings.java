package brume.diffusion.data.augment;

import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import java.util.Optional;

/** Settings of what is done to pictures before they are learned from: a kind of {@link Augmentations}. */
public interface AugmentationSettings {

  /**
   * How many numbers tell what was done to a picture.
   *
   * @return 0 if nothing ever is
   */
  int told();

  /**
   * Refuses samples to which this cannot be done.
   *
   * @param sample (H, W, C)
   * @param frames of each sample, one below the other; 1 for pictures
   * @throws IllegalArgumentException with the setting to change
   */
  void requireFitting(Shape sample, int frames);

  /**
   * What is done.
   *
   * @param sample (H, W, C)
   * @param key of the run, from which all follows
   * @return empty if nothing ever is
   */
  Optional<Augmentation> create(Shape sample, RandomKey key);
}
