package brume.diffusion.exchange;

import brume.nn.prior.PriorConfig;
import brume.nn.prior.PriorTransformer;
import brume.nn.prior.TextProjection;
import brume.nn.prior.TextProjectionConfig;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The {@code config.json} of unCLIP's prior and of the projection before its decoder, and the networks
 * that they describe with the weights beside them.
 */
public final class PriorFile {

  private static final int MORE = 4; // tokens behind those of the words

  private PriorFile() {}

  /**
   * Opens a {@code PriorTransformer}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where the parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static PriorTransformer open(Path folder, Device device) throws IOException {
    PriorConfig config = read(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(folder, () -> new PriorTransformer(device, RandomKey.of(0), config));
  }

  /**
   * Opens an {@code UnCLIPTextProjModel}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where the parameters live, owned by the innermost scope
   * @return the layers
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static TextProjection openProjection(Path folder, Device device) throws IOException {
    TextProjectionConfig config = readProjection(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(folder, () -> new TextProjection(device, RandomKey.of(0), config));
  }

  /**
   * Reads the settings of a {@code PriorTransformer}.
   *
   * @param file {@code config.json}
   * @return the settings
   * @throws IOException if it cannot be read or asks for what Brume does not have
   */
  public static PriorConfig read(Path file) throws IOException {
    Options options = Options.read(file);
    options.choice("_class_name", "PriorTransformer", Map.of("PriorTransformer", true));
    options.choice("added_emb_type", "prd", Map.of("prd", true));
    options.choice("encoder_hid_proj_type", "linear", Map.of("linear", true));
    int channels = options.integer("embedding_dim", 768);
    int heads = options.integer("num_attention_heads", 32);
    int headDim = options.integer("attention_head_dim", 64);
    requireSame(options, "additional_embeddings", MORE, MORE);
    requireSame(options, "clip_embed_dim", channels, channels);
    requireSame(options, "embedding_proj_dim", channels, channels);
    requireSame(options, "time_embed_dim", heads * headDim, heads * headDim);
    if (options.number("dropout", 0) != 0) {
      throw options.wrong("dropout", "0");
    }
    PriorConfig config = new PriorConfig(
        channels,
        options.integer("num_embeddings", 77),
        options.integer("num_layers", 20),
        heads,
        headDim,
        options.choice("time_embed_act_fn", "silu", ActivationNames.DIFFUSERS.names()),
        isLayer(options, "embedding_proj_norm_type"),
        isLayer(options, "norm_in_type"));
    options.refuseOthers();
    return config;
  }

  private static void requireSame(Options options, String name, int byDefault, int expected)
      throws IOException {
    if (options.has(name) && options.integer(name, byDefault) != expected) {
      throw options.wrong(name, Text.of("%d", expected));
    }
  }

  private static boolean isLayer(Options options, String name) throws IOException {
    return options.has(name) && options.choice(name, "", Map.of("layer", true));
  }

  /**
   * Reads the settings of an {@code UnCLIPTextProjModel}.
   *
   * @param file {@code config.json}
   * @return the settings
   * @throws IOException if it cannot be read or asks for what Brume does not have
   */
  public static TextProjectionConfig readProjection(Path file) throws IOException {
    Options options = Options.read(file);
    options.choice("_class_name", "UnCLIPTextProjModel", Map.of("UnCLIPTextProjModel", true));
    for (String needed : List.of("time_embed_dim", "cross_attention_dim")) {
      if (!options.has(needed)) {
        throw options.wrong(needed, "an integer");
      }
    }
    TextProjectionConfig config = new TextProjectionConfig(
        options.integer("clip_embeddings_dim", 768),
        options.integer("clip_extra_context_tokens", 4),
        options.integer("cross_attention_dim", 0),
        options.integer("time_embed_dim", 0));
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
  public static void write(PriorTransformer network, Path folder) throws IOException {
    PriorConfig config = network.config();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("_class_name", "PriorTransformer").put("_diffusers_version", SchedulerFile.VERSION);
    tree.put("added_emb_type", "prd").put("additional_embeddings", MORE);
    tree.put("attention_head_dim", config.headDim()).putNull("clip_embed_dim");
    tree.put("dropout", 0.0).put("embedding_dim", config.channels());
    tree.putNull("embedding_proj_dim").putNull("time_embed_dim");
    putLayer(tree, "embedding_proj_norm_type", config.normalizesVectors());
    tree.put("encoder_hid_proj_type", "linear");
    putLayer(tree, "norm_in_type", config.normalizesTokens());
    tree.put("num_attention_heads", config.heads()).put("num_embeddings", config.tokens());
    tree.put("num_layers", config.layers());
    tree.put("time_embed_act_fn", ActivationNames.DIFFUSERS.of(config.timeActivation()));
    NetworkFolder.save(folder, tree, network);
  }

  private static void putLayer(ObjectNode tree, String name, boolean there) {
    if (there) {
      tree.put(name, "layer");
    } else {
      tree.putNull(name);
    }
  }

  /**
   * Writes a folder that diffusers reads.
   *
   * @param layers with their weights
   * @param folder where {@code config.json} and the weights go
   * @throws IOException if it cannot be written
   */
  public static void write(TextProjection layers, Path folder) throws IOException {
    TextProjectionConfig config = layers.config();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("_class_name", "UnCLIPTextProjModel").put("_diffusers_version", SchedulerFile.VERSION);
    tree.put("clip_embeddings_dim", config.channels());
    tree.put("clip_extra_context_tokens", config.tokens());
    tree.put("cross_attention_dim", config.tokenChannels());
    tree.put("time_embed_dim", config.timeDim());
    NetworkFolder.save(folder, tree, layers);
  }
}
