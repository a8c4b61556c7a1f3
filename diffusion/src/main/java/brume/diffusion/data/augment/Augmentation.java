package brume.diffusion.data.augment;

/**
 * What is done to the pictures of a run, as a pure function of their positions in it: nothing has to be
 * saved, and several threads may ask at once.
 */
public interface Augmentation {

  /**
   * Changes a picture.
   *
   * @param position of the picture: how many were seen before
   * @param values (..., H, W, C) in [0, 1]; those of a changed picture may lie beyond
   * @param offset where the picture begins
   */
  void change(long position, float[] values, int offset);

  /**
   * Tells what is done to a picture.
   *
   * @param position of the picture
   * @return as many numbers as {@link AugmentationSettings#told}; zeros if nothing is done
   */
  double[] told(long position);
}
