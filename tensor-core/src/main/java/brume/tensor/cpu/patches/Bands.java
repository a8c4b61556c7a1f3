package brume.tensor.cpu.patches;

/**
 * How the patches of a batch are cut into tasks: several small images, one image, or a band of rows of
 * one image, so that even a single image keeps all threads busy.
 *
 * @param at the patches
 * @param images per task, at most
 * @param rows of patches per task and image, at most
 */
public record Bands(PatchGeometry at, int images, int rows) {

  private static final int ENOUGH_TASKS = 16; // keep any reasonable number of threads busy
  private static final int ENOUGH_PATCHES = 192; // rows of a product of one task

  /**
   * Cuts by sizes alone, whatever the number of threads.
   *
   * @param at the patches
   * @return the tasks
   */
  public static Bands of(PatchGeometry at) {
    int n = at.n(), patches = at.oh() * at.ow();
    if (n >= ENOUGH_TASKS / 2) {
      int enough = (ENOUGH_PATCHES + patches - 1) / patches;
      return new Bands(at, Math.max(1, Math.min(enough, n / (ENOUGH_TASKS / 2))), at.oh());
    }
    int bands = (ENOUGH_TASKS + n - 1) / n;
    int smallest = (ENOUGH_PATCHES / 4 + at.ow() - 1) / at.ow();
    return new Bands(at, 1, Math.min(at.oh(), Math.max(smallest, (at.oh() + bands - 1) / bands)));
  }

  /**
   * Number of tasks.
   *
   * @return 1 or more
   */
  public int count() {
    return images > 1 ? (at.n() + images - 1) / images : at.n() * bandsPerImage();
  }

  private int bandsPerImage() {
    return (at.oh() + rows - 1) / rows;
  }

  /**
   * First image of a task.
   *
   * @param task its number
   * @return counted from 0
   */
  public int image(int task) {
    return images > 1 ? task * images : task / bandsPerImage();
  }

  /**
   * Images of a task.
   *
   * @param task its number
   * @return 1 or more
   */
  public int images(int task) {
    return Math.min(images, at.n() - image(task));
  }

  /**
   * First row of patches of a task.
   *
   * @param task its number
   * @return counted from 0
   */
  public int row(int task) {
    return images > 1 ? 0 : task % bandsPerImage() * rows;
  }

  /**
   * Rows of patches of each image of a task.
   *
   * @param task its number
   * @return 1 or more
   */
  public int rows(int task) {
    return Math.min(rows, at.oh() - row(task));
  }

  /**
   * Patches of a task.
   *
   * @param task its number
   * @return those of all its images
   */
  public int patches(int task) {
    return images(task) * rows(task) * at.ow();
  }

  /**
   * Number of the first patch of a task.
   *
   * @param task its number
   * @return counted from 0 over all images
   */
  public int firstPatch(int task) {
    return (image(task) * at.oh() + row(task)) * at.ow();
  }
}
