package brume.diffusion.recipe;

import brume.diffusion.optimize.ClipSettings;
import brume.diffusion.settings.About;
import brume.tensor.Shape;

/**
 * How long and in which portions a run learns.
 *
 * @param steps how many
 * @param batch samples of one forward pass
 * @param accumulate forward passes of one step
 * @param clip how gradients are kept small
 * @param checkpointEvery steps from one checkpoint to the next
 * @param keep how many checkpoints are kept
 * @param rewarmAfter step after which the learning rate grows anew; 0 for none
 * @param rewarm steps it takes to do so; 0 for none
 */
public record TrainingSettings(
    @About(value = "Steps of training.", min = 1) int steps,
    @About(value = "Samples of one forward pass.", min = 1, max = 1 << 24) int batch,
    @About(value = "Forward passes whose gradients make one step.", min = 1, max = 1 << 24)
        int accumulate,
    @About("How gradients are kept small.") ClipSettings clip,
    @About(value = "Steps from one checkpoint to the next.", min = 1) int checkpointEvery,
    @About(value = "Checkpoints that are kept, newest first.", min = 1) int keep,
    @About(
            value =
                "Step after which the learning rate grows anew, as a resumed run notes it; 0 for none.",
            min = 0,
            fileOnly = true)
        int rewarmAfter,
    @About(
            value = "Steps over which the learning rate of a longer run grows anew; 0 for none.",
            min = 0)
        int rewarm) {

  /**
   * Samples of one step.
   *
   * @return those of all its forward passes
   */
  public int samplesPerStep() {
    return Shape.product(batch, accumulate);
  }

  /**
   * The same of another length.
   *
   * @param others how many steps
   * @return the settings
   */
  public TrainingSettings withSteps(int others) {
    return new TrainingSettings(
        others, batch, accumulate, clip, checkpointEvery, keep, rewarmAfter, rewarm);
  }

  /**
   * The same with a learning rate that grows anew.
   *
   * @param after number of the last step before
   * @param over steps it takes
   * @return the settings
   */
  public TrainingSettings withRewarm(int after, int over) {
    return new TrainingSettings(steps, batch, accumulate, clip, checkpointEvery, keep, after, over);
  }
}
