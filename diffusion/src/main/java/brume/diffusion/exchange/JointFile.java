package brume.diffusion.exchange;

import brume.nn.joint.JointConfig;
import brume.nn.joint.JointTransformer;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The {@code config.json} of an {@code SD3Transformer2DModel}, and the network that it describes with the
 * weights beside it.
 */
public final class JointFile {

  private JointFile() {}

  /**
   * Opens a folder.
   *
   * @param folder of {@code config.json} and weights
   * @param device where the parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static JointTransformer open(Path folder, Device device) throws IOException {
    JointConfig config = read(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(folder, () -> new JointTransformer(device, RandomKey.of(0), config));
  }

  /**
   * Reads settings.
   *
   * @param file {@code config.json}
   * @return the settings
   * @throws IOException if it cannot be read or asks for what Brume does not have
   */
  public static JointConfig read(Path file) throws IOException {
    Options options = Options.read(file);
    options.choice("_class_name", "SD3Transformer2DModel", Map.of("SD3Transformer2DModel", true));
    if (!options.isEmptyList("dual_attention_layers") && options.has("dual_attention_layers")) {
      throw options.wrong("dual_attention_layers", "empty");
    }
    int channels = options.integer("in_channels", 16);
    int heads = options.integer("num_attention_heads", 18);
    int headDim = options.integer("attention_head_dim", 64);
    int patch = options.integer("patch_size", 2);
    if (options.integer("caption_projection_dim", 1152) != heads * headDim) {
      throw options.wrong(
          "caption_projection_dim", Text.of("%d, the channels of all heads", heads * headDim));
    }
    if (patch < 1) {
      throw options.wrong("patch_size", "1 or more");
    }
    JointConfig config = new JointConfig(
        channels,
        options.has("out_channels") ? options.integer("out_channels", 16) : channels,
        patch,
        options.integer("num_layers", 18),
        heads,
        headDim,
        options.integer("joint_attention_dim", 4096),
        options.integer("pooled_projection_dim", 2048),
        options.integer("pos_embed_max_size", 96),
        options.integer("sample_size", 128) / patch,
        options.has("qk_norm") && options.choice("qk_norm", "", Map.of("rms_norm", true)));
    options.refuseOthers();
    return config;
  }

  /**
   * Writes a folder that diffusers reads.
   *
   * @param network with its weights
   * @param folder where {@code config.json} and the weights go
   * @throws IOException if it cannot be written
   */
  public static void write(JointTransformer network, Path folder) throws IOException {
    JointConfig config = network.config();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("_class_name", "SD3Transformer2DModel");
    tree.put("_diffusers_version", SchedulerFile.VERSION);
    tree.put("attention_head_dim", config.headDim()).put("caption_projection_dim", config.dim());
    tree.putArray("dual_attention_layers");
    tree.put("in_channels", config.channels()).put("joint_attention_dim", config.tokenChannels());
    tree.put("num_attention_heads", config.heads()).put("num_layers", config.layers());
    tree.put("out_channels", config.outChannels()).put("patch_size", config.patch());
    tree.put("pooled_projection_dim", config.vectorChannels());
    tree.put("pos_embed_max_size", config.mostPlaces());
    if (config.normalizesHeads()) {
      tree.put("qk_norm", "rms_norm");
    } else {
      tree.putNull("qk_norm");
    }
    tree.put("sample_size", config.side() * config.patch());
    NetworkFolder.save(folder, tree, network);
  }
}
