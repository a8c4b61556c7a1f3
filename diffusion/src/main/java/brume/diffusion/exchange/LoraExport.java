package brume.diffusion.exchange;

import brume.diffusion.network.LoraSettings;
import brume.diffusion.network.Networks;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.tensor.io.Durable;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Writes the adapters that a run has learned as diffusers and peft read them. */
public final class LoraExport {

  private LoraExport() {}

  /**
   * Writes a folder with {@link LoraFile#NAME}.
   *
   * @param recipe of the run
   * @param weights safetensors file of the parameters
   * @param folder a new or empty one
   * @return sentences about what readers must know besides
   * @throws IOException if the folder has something in it or cannot be written
   * @throws IllegalArgumentException if the network has no adapters
   */
  public static List<String> write(Recipe recipe, Path weights, Path folder) throws IOException {
    if (!(recipe.network() instanceof LoraSettings network)) {
      throw new SettingException("{network}: expected lora, got "
          + Networks.CATALOG.of(recipe.network()).name());
    }
    Export.requireEmpty(folder);
    Durable.createFolders(folder);
    Set<String> names = SafeTensors.read(weights).names();
    Export.copy(
        weights,
        folder.resolve(LoraFile.NAME),
        names,
        LoraFile::name,
        LoraFile.metadata(network.rule(), network.textRule(), names));
    return List.of(
        "they change the unet"
            + (network.textRule().isPresent() ? " and the text encoders" : "")
            + " of "
            + network.from(),
        "in Python: pipeline.load_lora_weights(folder)");
  }
}
