package brume.diffusion.data.augment;

import brume.tensor.random.RandomKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Changes that are drawn for every picture, each for itself. What is drawn follows from the key and the
 * position of the picture.
 */
final class RandomChanges implements Augmentation {

  private final Raster raster;
  private final Set<Change> changes;
  private final double probability;
  private final RandomKey key;

  /**
   * Prepares some.
   *
   * @param raster of the pictures
   * @param changes in the order of their declaration
   * @param probability of each but mirroring
   * @param key of the run
   */
  RandomChanges(Raster raster, Set<Change> changes, double probability, RandomKey key) {
    this.raster = raster;
    this.changes = changes;
    this.probability = probability;
    this.key = key;
  }

  /** What is drawn for a picture; changes that are not done are not in it. */
  Map<Change, double[]> drawn(long position) {
    Map<Change, double[]> drawn = new EnumMap<>(Change.class);
    RandomKey picture = key.child("picture", position);
    for (Change change : changes) {
      RandomKey own = picture.child(change.option());
      if (change == Change.MIRROR || own.child("whether").uniform(0) < probability) {
        drawn.put(change, change.draw(own));
      }
    }
    return drawn;
  }

  @Override
  public void change(long position, float[] values, int offset) {
    ChangedPicture.change(values, offset, raster, drawn(position));
  }

  @Override
  public double[] told(long position) {
    return ChangedPicture.told(raster, changes, drawn(position));
  }
}
