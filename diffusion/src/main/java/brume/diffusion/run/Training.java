package brume.diffusion.run;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.OwnSettings;
import brume.diffusion.image.Picture;
import brume.diffusion.recipe.Fitting;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.SamplesSettings;
import brume.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The short way from samples of a program's own to new ones: a recipe that fits them, trained in a
 * folder. Whoever wants to stop a training from outside or to begin with other weights takes a {@link
 * Trainer}.
 *
 * @param recipe what is done
 * @param data what is learned from
 * @param device where it is computed
 * @param listener is told what happens
 */
public record Training(Recipe recipe, Dataset data, Device device, TrainingListener listener) {

  /**
   * The preset that suits the data, with patches and a network that fit their size. It draws no samples on
   * its way.
   *
   * @param data samples of one size
   * @param device where to compute, such as {@code Backends.cpu()}
   * @return the training, which has not begun
   */
  public static Training on(Dataset data, Device device) {
    OwnSettings settings = OwnSettings.of(data);
    Recipe preset = Presets.named(settings.preset()).recipe();
    Recipe recipe = Fitting.toData(preset.with(settings, new SamplesSettings(0, 0)));
    return new Training(recipe, data, device, TrainingListener.SILENT);
  }

  /**
   * With other choices, as in {@code training.with(network, optimizer)}.
   *
   * @param parts settings, each in place of those of its choice in the recipe
   * @return the new training
   * @throws IllegalArgumentException if something is no part of a recipe
   */
  public Training with(Object... parts) {
    return new Training(recipe.with(parts), data, device, listener);
  }

  /**
   * With another length.
   *
   * @param steps from the beginning of the run to its end
   * @return the new training
   */
  public Training withSteps(int steps) {
    return with(recipe.training().withSteps(steps));
  }

  /**
   * With somebody who is told what happens.
   *
   * @param other the only one; {@link Listeners} is several
   * @return the new training
   */
  public Training withListener(TrainingListener other) {
    return new Training(recipe, data, device, other);
  }

  /**
   * Trains to the last step: from the beginning, or from the newest checkpoint of the run that the
   * folder holds. Nobody else can train in it meanwhile.
   *
   * @param folder of the run, which is made if it is missing
   * @throws IOException if the samples cannot be read, the run was one of other choices, somebody else
   *     trains it, or the disk refuses
   * @throws IllegalArgumentException if settings do not fit together
   */
  public void run(Path folder) throws IOException {
    boolean begun = new RunFolder(folder).holdsRun();
    try (RunLock lock = begun ? RunLock.onExisting(folder) : RunLock.onNew(folder)) {
      Recipe whole = Encoders.spelledOut(recipe, lock.folder(), data, device);
      new Trainer(whole, lock.folder(), data, device, listener).run();
    }
  }

  /**
   * Draws pictures from what was learned, always the same of one checkpoint.
   *
   * @param folder of a run that has a checkpoint
   * @param count how many
   * @param classes names of the classes to draw, in turn; none for all that the run was told
   * @return the pictures
   * @throws IOException if there is no valid checkpoint, or one of another network
   * @throws IllegalArgumentException if the run knows no such class
   */
  public List<Picture> samples(Path folder, int count, String... classes) throws IOException {
    return Samples.of(new RunFolder(folder), count, device, classes);
  }
}
