package brume.diffusion.run;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.nn.io.Stateful;
import brume.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;

/** Models out of checkpoints, for sampling. */
public final class SavedModel {

  private SavedModel() {}

  /**
   * Loads some parameters of a checkpoint.
   *
   * @param recipe of the run
   * @param checkpoint of the run
   * @param weights {@code raw}, {@code average}, {@code average:} and a rate, or, of runs that keep
   *     snapshots, {@code post-hoc:} and a width
   * @param device where the parameters live, owned by the innermost scope
   * @return the model
   * @throws IOException if the checkpoint is of another network
   * @throws IllegalArgumentException if the run keeps no such parameters
   */
  public static Model load(Recipe recipe, Checkpoint checkpoint, String weights, Device device)
      throws IOException {
    RunFolder run = runOf(checkpoint);
    Model model = new Model(recipe, device, Encoders.drawing(recipe, run, device));
    if (Snapshots.isAskedFor(weights)) {
      new Snapshots(run).load(weights, recipe.average(), checkpoint, model.parameters());
    } else {
      checkpoint.restore(
          Stateful.of(SavedNames.named(weights, recipe.average()), model.parameters()));
    }
    return model;
  }

  /** A checkpoint's folder is one of the folder of checkpoints, which is one of the run's. */
  private static RunFolder runOf(Checkpoint checkpoint) throws IOException {
    Path checkpoints = checkpoint.folder().toAbsolutePath().getParent();
    Path run = checkpoints == null ? null : checkpoints.getParent();
    if (run == null) {
      throw new IOException(
          checkpoint.folder() + ": expected a checkpoint within a run, got another");
    }
    return new RunFolder(run);
  }

  /**
   * The file of some parameters of a checkpoint.
   *
   * @param recipe of the run
   * @param checkpoint of the run
   * @param weights {@code raw}, {@code average}, or {@code average:} and a rate
   * @return a safetensors file under PyTorch's names
   * @throws IllegalArgumentException if the run keeps no such parameters
   */
  public static Path file(Recipe recipe, Checkpoint checkpoint, String weights) {
    SettingException.unless(
        !Snapshots.isAskedFor(weights),
        "{weights}: expected raw or an average that the run keeps, which lies in a file, got %s",
        weights);
    return checkpoint
        .folder()
        .resolve(SavedNames.named(weights, recipe.average()) + ".safetensors");
  }
}
