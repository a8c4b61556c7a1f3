package brume.diffusion.exchange;

import brume.diffusion.settings.SettingsFile;
import brume.nn.Layer;
import brume.nn.io.Weights;
import brume.tensor.io.Durable;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The folder of one network of a pipeline: its settings, and its weights in one file or in several. */
final class NetworkFolder {

  static final String CONFIG = "config.json", WEIGHTS = "diffusion_pytorch_model";

  private NetworkFolder() {}

  /** Reads the weights of a network, tensor by tensor, straight to their place. */
  static void load(Path folder, Layer network) throws IOException {
    StoredWeights.in(folder, WEIGHTS).loadAll(network.parameters());
  }

  /** Reads a variant of the weights of a network, such as fp16. */
  static void load(Path folder, String variant, Layer network) throws IOException {
    StoredWeights.in(folder, WEIGHTS, variant).loadAll(network.parameters());
  }

  /** Writes the settings of a network and its weights. */
  static void save(Path folder, ObjectNode config, Layer network) throws IOException {
    Durable.createFolders(folder);
    Weights.save(
        folder.resolve(WEIGHTS + ".safetensors"), network.parameters(), Map.of("format", "pt"));
    SettingsFile.write(folder.resolve(CONFIG), config); // last: now it is one
  }
}
