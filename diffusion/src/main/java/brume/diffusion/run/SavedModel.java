package brume.diffusion.run;

import brume.diffusion.recipe.Recipe;
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
   * @param weights {@code raw}, {@code average}, or {@code average:} and a rate
   * @param device where the parameters live, owned by the innermost scope
   * @return the model
   * @throws IOException if the checkpoint is of another network
   * @throws IllegalArgumentException if the run keeps no such parameters
   */
  public static Model load(Recipe recipe, Checkpoint checkpoint, String weights, Device device)
      throws IOException {
    Model model = new Model(recipe, device);
    checkpoint.restore(
        Stateful.of(SavedNames.named(weights, recipe.average()), model.parameters()));
    return model;
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
    return checkpoint
        .folder()
        .resolve(SavedNames.named(weights, recipe.average()) + ".safetensors");
  }
}
