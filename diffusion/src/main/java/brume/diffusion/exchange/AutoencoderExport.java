package brume.diffusion.exchange;

import brume.diffusion.network.AutoencoderSettings;
import brume.diffusion.network.Networks;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.io.Durable;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes what a run has learned of making pictures smaller as diffusers reads it: an {@code AutoencoderKL}. */
public final class AutoencoderExport {

  private AutoencoderExport() {}

  /**
   * Writes a folder.
   *
   * @param recipe of the run
   * @param weights safetensors file of the parameters
   * @param folder a new or empty one
   * @return sentences about what readers must know besides
   * @throws IOException if the folder has something in it or cannot be written
   * @throws IllegalArgumentException if the network is none of these
   */
  public static List<String> write(Recipe recipe, Path weights, Path folder) throws IOException {
    if (!(recipe.network() instanceof AutoencoderSettings network)) {
      throw new SettingException("{network}: expected an autoencoder, got "
          + Networks.CATALOG.of(recipe.network()).name());
    }
    int side = recipe.data().shape().dim(0);
    ObjectNode config = AutoencoderFile.tree(network.config(recipe.task()), side);
    Export.requireEmpty(folder);
    Durable.createFolders(folder);
    Export.copy(weights, folder.resolve(NetworkFolder.WEIGHTS + ".safetensors"), name -> true);
    SettingsFile.write(folder.resolve(NetworkFolder.CONFIG), config); // last: now it is one
    return List.of(
        "in Python: AutoencoderKL.from_pretrained(folder); pictures are in -1 to 1",
        "its scaling_factor is 1: what latents are multiplied with is measured by the run that learns from"
            + " them, and stands in its config.json");
  }
}
