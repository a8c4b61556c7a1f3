package brume.diffusion.exchange;

import brume.nn.Parameters;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.autoencoder.CoderConfig;
import brume.nn.autoencoder.VqConfig;
import brume.nn.autoencoder.VqModel;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The {@code config.json} of diffusers' autoencoders, and the networks that it describes with the weights
 * beside it.
 */
public final class AutoencoderFile {

  private static final List<Integer> WIDTHS = List.of(64);
  private static final String DOWN = "DownEncoderBlock2D", UP = "UpDecoderBlock2D";

  private AutoencoderFile() {}

  /**
   * Opens an {@code AutoencoderKL}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where its parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static AutoencoderKL open(Path folder, Device device) throws IOException {
    AutoencoderConfig config = read(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(folder, () -> new AutoencoderKL(device, RandomKey.of(0), config));
  }

  /**
   * Opens a folder and keeps its matrices and filters in a certain way.
   *
   * @param folder of {@code config.json} and weights
   * @param width how they are kept
   * @param device where the parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   * @throws IllegalArgumentException if the device does not hold such numbers
   */
  public static AutoencoderKL open(Path folder, WeightWidth width, Device device)
      throws IOException {
    AutoencoderConfig config = read(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(
        folder, width, device, () -> new AutoencoderKL(device, RandomKey.of(0), config));
  }

  /**
   * Opens the autoencoder of an original checkpoint, which holds all parts of Stable Diffusion in one
   * file.
   *
   * @param config {@code config.json} that describes the network
   * @param checkpoint safetensors under the names that they had first
   * @param device where the parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static AutoencoderKL openOriginal(Path config, Path checkpoint, Device device)
      throws IOException {
    AutoencoderConfig settings = read(config);
    AutoencoderKL network =
        Parameters.toBeRead(() -> new AutoencoderKL(device, RandomKey.of(0), settings));
    StoredWeights.of(checkpoint).loadAll(OriginalNames.of(network));
    return network;
  }

  /**
   * Opens a {@code VQModel}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where its parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static VqModel openVq(Path folder, Device device) throws IOException {
    VqConfig config = readVq(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(folder, () -> new VqModel(device, RandomKey.of(0), config));
  }

  /**
   * Reads the settings of an {@code AutoencoderKL}.
   *
   * @param file {@code config.json}
   * @return the settings
   * @throws IOException if it cannot be read or asks for what Brume does not have
   */
  public static AutoencoderConfig read(Path file) throws IOException {
    Options options = Options.read(file);
    options.choice("_class_name", "AutoencoderKL", Map.of("AutoencoderKL", true));
    for (String name : List.of("latents_mean", "latents_std")) {
      if (options.has(name)) {
        throw options.wrong(name, "null");
      }
    }
    AutoencoderConfig config = new AutoencoderConfig(
        coder(options, 4),
        options.flag("use_quant_conv", true),
        options.flag("use_post_quant_conv", true),
        options.number("scaling_factor", 0.18215),
        options.has("shift_factor") ? options.number("shift_factor", 0) : 0);
    options.refuseOthers();
    return config;
  }

  /**
   * Reads the settings of a {@code VQModel}.
   *
   * @param file {@code config.json}
   * @return the settings
   * @throws IOException if it cannot be read or asks for what Brume does not have
   */
  public static VqConfig readVq(Path file) throws IOException {
    Options options = Options.read(file);
    options.choice("_class_name", "VQModel", Map.of("VQModel", true));
    options.choice("norm_type", "group", Map.of("group", true));
    CoderConfig coder = coder(options, 3);
    VqConfig config = new VqConfig(
        coder,
        options.integer("num_vq_embeddings", 256),
        options.has("vq_embed_dim") ? options.integer("vq_embed_dim", 0) : coder.latentChannels(),
        options.number("scaling_factor", 0.18215));
    options.refuseOthers();
    return config;
  }

  private static CoderConfig coder(Options options, int latentChannels) throws IOException {
    options.choice("act_fn", "silu", Map.of("silu", true, "swish", true));
    options.ignore("sample_size", "force_upcast");
    List<Integer> widths = options.integers("block_out_channels", WIDTHS);
    requireAll(options, "down_block_types", DOWN, widths.size());
    requireAll(options, "up_block_types", UP, widths.size());
    return new CoderConfig(
        options.integer("in_channels", 3),
        options.integer("out_channels", 3),
        widths,
        options.integer("layers_per_block", 1),
        options.integer("latent_channels", latentChannels),
        options.integer("norm_num_groups", 32),
        options.flag("mid_block_add_attention", true));
  }

  private static void requireAll(Options options, String name, String type, int levels)
      throws IOException {
    List<String> types = options.texts(name, List.of(type));
    if (types.size() != levels || !types.stream().allMatch(type::equals)) {
      throw options.wrong(name, levels + " times " + type);
    }
  }

  /**
   * Writes a folder that diffusers reads.
   *
   * @param network with its weights
   * @param sampleSize side of the pictures that it was trained with
   * @param folder where {@code config.json} and the weights go
   * @throws IOException if it cannot be written
   */
  public static void write(AutoencoderKL network, int sampleSize, Path folder) throws IOException {
    NetworkFolder.save(folder, tree(network.config(), sampleSize), network);
  }

  static ObjectNode tree(AutoencoderConfig config, int sampleSize) {
    CoderConfig coder = config.coder();
    int levels = coder.widths().size();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("_class_name", "AutoencoderKL").put("_diffusers_version", SchedulerFile.VERSION);
    tree.put("act_fn", "silu");
    coder.widths().forEach(tree.putArray("block_out_channels")::add);
    Collections.nCopies(levels, DOWN).forEach(tree.putArray("down_block_types")::add);
    tree.put("force_upcast", true).put("in_channels", coder.channels());
    tree.put("latent_channels", coder.latentChannels());
    tree.putNull("latents_mean").putNull("latents_std");
    tree.put("layers_per_block", coder.blocks());
    tree.put("mid_block_add_attention", coder.middleAttention());
    tree.put("norm_num_groups", coder.groups()).put("out_channels", coder.outChannels());
    tree.put("sample_size", sampleSize).put("scaling_factor", config.scaling());
    if (config.shift() == 0) {
      tree.putNull("shift_factor");
    } else {
      tree.put("shift_factor", config.shift());
    }
    Collections.nCopies(levels, UP).forEach(tree.putArray("up_block_types")::add);
    tree.put("use_post_quant_conv", config.postQuantConvolution());
    tree.put("use_quant_conv", config.quantConvolution());
    return tree;
  }
}
