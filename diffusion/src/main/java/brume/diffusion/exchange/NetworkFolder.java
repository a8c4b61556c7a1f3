package brume.diffusion.exchange;

import brume.diffusion.settings.SettingsFile;
import brume.nn.Layer;
import brume.nn.io.Weights;
import brume.tensor.Device;
import brume.tensor.io.Durable;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** The folder of one network of a pipeline: its settings, and its weights in one file or in several. */
final class NetworkFolder {

  static final String CONFIG = "config.json", WEIGHTS = "diffusion_pytorch_model";

  private NetworkFolder() {}

  /** A network with the weights of a folder, which are read tensor by tensor, straight to their place. */
  static <N extends Layer> N read(Path folder, Supplier<N> network) throws IOException {
    return StoredWeights.in(folder, WEIGHTS).readAll(network);
  }

  /** The same with matrices and filters kept in a certain way. */
  static <N extends Layer> N read(
      Path folder, WeightWidth width, Device device, Supplier<N> network) throws IOException {
    return StoredWeights.in(folder, WEIGHTS).readAll(width, device, network, Layer::parameters);
  }

  /** A network with a variant of the weights of a folder, such as fp16. */
  static <N extends Layer> N read(Path folder, String variant, Supplier<N> network)
      throws IOException {
    return StoredWeights.in(folder, WEIGHTS, variant).readAll(network);
  }

  /** Writes the settings of a network and its weights. */
  static void save(Path folder, ObjectNode config, Layer network) throws IOException {
    Durable.createFolders(folder);
    Weights.save(
        folder.resolve(WEIGHTS + ".safetensors"), network.parameters(), Map.of("format", "pt"));
    SettingsFile.write(folder.resolve(CONFIG), config); // last: now it is one
  }
}
