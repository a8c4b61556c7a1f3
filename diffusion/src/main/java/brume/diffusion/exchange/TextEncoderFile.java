package brume.diffusion.exchange;

import brume.diffusion.settings.SettingsFile;
import brume.nn.ConfigException;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.io.Weights;
import brume.nn.layer.Activation;
import brume.nn.text.Clip;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.text.ClipVision;
import brume.nn.text.ClipVisionConfig;
import brume.nn.text.T5Config;
import brume.nn.text.T5Encoder;
import brume.nn.text.TransformerConfig;
import brume.tensor.Device;
import brume.tensor.io.Durable;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The {@code config.json} of transformers' encoders of texts and pictures, and the networks that it
 * describes with the weights beside it: {@code text_encoder}, {@code text_encoder_2} and {@code
 * image_encoder} of a pipeline, or a folder of CLIP.
 */
public final class TextEncoderFile {

  static final String WEIGHTS = "model";
  static final String CONFIG = "config.json";
  private static final String TEXT = "CLIPTextModel", VISION = "CLIPVisionModel";
  private static final String PROJECTED = "WithProjection", WHOLE = "CLIPModel";
  private static final String T5 = "T5EncoderModel";
  private static final String ARCHITECTURES = "architectures", PROJECTION = "projection_dim";
  private static final int PROJECTION_DIM = 512; // where a file does not say it
  private static final int END = 49407;
  private static final double T5_EPS = 1e-6, CLIP_EPS = 1e-5;

  private TextEncoderFile() {}

  // ---- Networks

  /**
   * Opens the text tower of a {@code CLIPTextModel}, with or without projection, or of a {@code CLIPModel}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where its parameters live, owned by the innermost scope
   * @return the tower
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static ClipText openText(Path folder, Device device) throws IOException {
    return built(
        folder,
        TextEncoderFile::text,
        config -> new ClipText(device, RandomKey.of(0), config),
        "text_model.");
  }

  /**
   * The text tower of some settings with weights from elsewhere.
   *
   * @param settings of a {@code CLIPTextModel}, with or without projection
   * @param weights that have it among others
   * @param device where its parameters live, owned by the innermost scope
   */
  static ClipText openText(Options settings, StoredWeights weights, Device device)
      throws IOException {
    return built(
        settings,
        weights,
        TextEncoderFile::text,
        config -> new ClipText(device, RandomKey.of(0), config),
        "text_model.");
  }

  /**
   * Opens the picture tower of a {@code CLIPVisionModel}, with or without projection, or of a {@code
   * CLIPModel}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where its parameters live, owned by the innermost scope
   * @return the tower
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static ClipVision openVision(Path folder, Device device) throws IOException {
    return built(
        folder,
        TextEncoderFile::vision,
        config -> new ClipVision(device, RandomKey.of(0), config),
        "vision_model.");
  }

  /**
   * Opens a {@code CLIPModel}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where its parameters live, owned by the innermost scope
   * @return both towers
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static Clip openClip(Path folder, Device device) throws IOException {
    return built(
        folder,
        options -> {
          requireArchitecture(options, List.of(WHOLE));
          return new Towers(text(options), vision(options));
        },
        towers -> new Clip(device, RandomKey.of(0), towers.text(), towers.vision()),
        "");
  }

  /** Settings of both. */
  private record Towers(ClipTextConfig text, ClipVisionConfig vision) {}

  /**
   * Opens a {@code T5EncoderModel}.
   *
   * @param folder of {@code config.json} and weights
   * @param device where its parameters live, owned by the innermost scope
   * @return the encoder
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static T5Encoder openT5(Path folder, Device device) throws IOException {
    return openT5(Options.read(folder.resolve(CONFIG)), StoredWeights.in(folder, WEIGHTS), device);
  }

  /** The encoder of some settings with weights from elsewhere. */
  static T5Encoder openT5(Options settings, StoredWeights weights, Device device)
      throws IOException {
    return built(
        settings,
        weights,
        TextEncoderFile::t5,
        config -> new T5Encoder(device, RandomKey.of(0), config),
        "shared.");
  }

  /** Reads settings from options. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(Options options) throws IOException;
  }

  private static <C, N extends Layer> N built(
      Path folder, Reading<C> reading, Function<C, N> network, String prefix) throws IOException {
    Options options = Options.read(folder.resolve(CONFIG));
    return built(options, StoredWeights.in(folder, WEIGHTS), reading, network, prefix);
  }

  private static <C, N extends Layer> N built(
      Options options,
      StoredWeights weights,
      Reading<C> reading,
      Function<C, N> network,
      String prefix)
      throws IOException {
    N built;
    try {
      C config = reading.of(options);
      built = Parameters.toBeRead(() -> network.apply(config));
    } catch (ConfigException misfit) {
      throw new IOException(options.source() + ": " + misfit.getMessage(), misfit);
    }
    load(weights, built.parameters(), prefix);
    return built;
  }

  /** The names of a tower begin with a prefix or, as the newest versions write them, do not. */
  private static void load(StoredWeights stored, List<NamedParameter> parameters, String prefix)
      throws IOException {
    if (stored.load(parameters).isComplete()) {
      return;
    }
    String other = prefix.equals("shared.") ? "encoder.embed_tokens." : ""; // of T5
    List<NamedParameter> renamed = parameters.stream()
        .map(parameter -> parameter.path().startsWith(prefix)
            ? new NamedParameter(
                other + parameter.path().substring(prefix.length()),
                parameter.variable(),
                parameter.layout())
            : parameter)
        .toList();
    if (!stored.load(renamed).isComplete()) {
      stored.loadAll(parameters); // which says what is missing
    }
  }

  // ---- Settings

  /**
   * The settings of a text tower.
   *
   * @param options of its own, or of a whole CLIP
   */
  static ClipTextConfig text(Options options) throws IOException {
    String kind = requireArchitecture(options, List.of(TEXT, TEXT + PROJECTED, WHOLE));
    Options own = kind.equals(WHOLE) ? part(options, "text_config") : options;
    own.ignore("bos_token_id", "pad_token_id", PROJECTION);
    ClipTextConfig config = new ClipTextConfig(
        own.integer("vocab_size", 49408),
        own.integer("max_position_embeddings", 77),
        layers(own, 512, 2048, 8),
        own.integer("eos_token_id", END),
        kind.equals(TEXT) ? 0 : options.integer(PROJECTION, PROJECTION_DIM));
    own.refuseOthers();
    return config;
  }

  /**
   * The settings of a picture tower.
   *
   * @param options of its own, or of a whole CLIP
   */
  static ClipVisionConfig vision(Options options) throws IOException {
    String kind = requireArchitecture(options, List.of(VISION, VISION + PROJECTED, WHOLE));
    Options own = kind.equals(WHOLE) ? part(options, "vision_config") : options;
    own.ignore(PROJECTION);
    ClipVisionConfig config = new ClipVisionConfig(
        own.integer("num_channels", 3),
        own.integer("image_size", 224),
        own.integer("patch_size", 32),
        layers(own, 768, 3072, 12),
        kind.equals(VISION) ? 0 : options.integer(PROJECTION, PROJECTION_DIM));
    own.refuseOthers();
    return config;
  }

  private static TransformerConfig layers(Options own, int dim, int inner, int heads)
      throws IOException {
    ignoreUnused(own);
    own.ignore("attention_dropout", "dropout"); // of training
    return new TransformerConfig(
        own.integer("hidden_size", dim),
        own.integer("intermediate_size", inner),
        own.integer("num_hidden_layers", 12),
        own.integer("num_attention_heads", heads),
        own.choice("hidden_act", "quick_gelu", ActivationNames.TRANSFORMERS.names()),
        own.number("layer_norm_eps", CLIP_EPS));
  }

  private static Options part(Options options, String name) throws IOException {
    if (!options.tree().path(name).isObject()) {
      throw options.wrong(name, "the settings of a tower");
    }
    return new Options(options.tree().path(name), options.source() + ": " + name);
  }

  /** The settings of T5's encoder. */
  static T5Config t5(Options options) throws IOException {
    requireArchitecture(options, List.of(T5, "T5Model", "T5ForConditionalGeneration"));
    ignoreUnused(options);
    options.ignore(
        "dropout_rate",
        "classifier_dropout",
        "decoder_start_token_id",
        "num_decoder_layers",
        "n_positions",
        "output_past",
        "scale_decoder_outputs",
        "task_specific_params",
        "is_encoder_decoder",
        "use_cache");
    String feedForward = options.text("feed_forward_proj", "relu");
    boolean gated = feedForward.startsWith("gated-");
    String activation = feedForward.equals("gated-gelu")
        ? "gelu_new"
        : feedForward.substring(gated ? "gated-".length() : 0);
    T5Config config = new T5Config(
        options.integer("vocab_size", 32128),
        options.integer("d_model", 512),
        options.integer("d_kv", 64),
        options.integer("num_heads", 8),
        options.integer("d_ff", 2048),
        options.integer("num_layers", 6),
        options.integer("relative_attention_num_buckets", 32),
        options.integer("relative_attention_max_distance", 128),
        options.choice("dense_act_fn", activation, ActivationNames.TRANSFORMERS.names()),
        options.flag("is_gated_act", gated),
        options.number("layer_norm_epsilon", T5_EPS));
    options.refuseOthers();
    return config;
  }

  private static String requireArchitecture(Options options, List<String> known)
      throws IOException {
    List<String> names =
        options.has(ARCHITECTURES) ? options.texts(ARCHITECTURES, List.of()) : List.<String>of();
    if (names.size() != 1 || !known.contains(names.get(0))) {
      throw options.wrong(ARCHITECTURES, "one of " + String.join(", ", known));
    }
    return names.get(0);
  }

  /** What all configurations of transformers may have, and no encoder reads. */
  private static void ignoreUnused(Options options) {
    options.ignore(
        "model_type",
        "dtype",
        "torch_dtype",
        "transformers_version",
        "initializer_factor",
        "initializer_range",
        "eos_token_id",
        "bos_token_id",
        "pad_token_id",
        "tie_word_embeddings",
        "return_dict",
        "length_penalty",
        "top_k",
        "top_p",
        "typical_p",
        "temperature",
        "max_length",
        "min_length",
        "num_beams",
        "num_beam_groups",
        "num_return_sequences",
        "repetition_penalty",
        "diversity_penalty",
        "no_repeat_ngram_size",
        "encoder_no_repeat_ngram_size",
        "chunk_size_feed_forward",
        "id2label",
        "label2id");
  }

  // ---- to transformers

  /**
   * Writes a text tower as transformers reads it.
   *
   * @param tower with its weights
   * @param folder where {@code config.json} and {@code model.safetensors} go
   * @throws IOException if it cannot be written
   */
  public static void write(ClipText tower, Path folder) throws IOException {
    ObjectNode tree = tree(tower.config());
    save(tree, TEXT + (tower.config().projection() > 0 ? PROJECTED : ""), tower, folder);
  }

  /**
   * Writes a picture tower as transformers reads it.
   *
   * @param tower with its weights
   * @param folder where {@code config.json} and {@code model.safetensors} go
   * @throws IOException if it cannot be written
   */
  public static void write(ClipVision tower, Path folder) throws IOException {
    ObjectNode tree = tree(tower.config());
    save(tree, VISION + (tower.config().projection() > 0 ? PROJECTED : ""), tower, folder);
  }

  /**
   * Writes both towers as transformers reads them.
   *
   * @param clip with its weights
   * @param folder where {@code config.json} and {@code model.safetensors} go
   * @throws IOException if it cannot be written
   */
  public static void write(Clip clip, Path folder) throws IOException {
    save(tree(clip.text().config(), clip.vision().config()), WHOLE, clip, folder);
  }

  /** The file of both towers. */
  static ObjectNode tree(ClipTextConfig text, ClipVisionConfig vision) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("model_type", "clip").put(PROJECTION, text.projection());
    tree.putArray(ARCHITECTURES).add(WHOLE);
    tree.set("text_config", tree(text));
    tree.set("vision_config", tree(vision));
    return tree;
  }

  /** The file of a text tower alone, without projection. */
  static ObjectNode whole(ClipTextConfig config) {
    ObjectNode tree = tree(config);
    tree.putArray(ARCHITECTURES).add(TEXT);
    return tree;
  }

  private static ObjectNode tree(ClipTextConfig config) {
    ObjectNode tree = tree(config.layers());
    tree.put("model_type", "clip_text_model").put("vocab_size", config.tokens());
    tree.put("max_position_embeddings", config.positions()).put("eos_token_id", config.end());
    tree.putNull("bos_token_id"); // no network reads it, and its default may be no token
    return projection(tree, config.projection());
  }

  private static ObjectNode tree(ClipVisionConfig config) {
    ObjectNode tree = tree(config.layers());
    tree.put("model_type", "clip_vision_model").put("num_channels", config.channels());
    tree.put("image_size", config.size()).put("patch_size", config.patch());
    return projection(tree, config.projection());
  }

  private static ObjectNode projection(ObjectNode tree, int channels) {
    return channels > 0 ? tree.put(PROJECTION, channels) : tree;
  }

  private static ObjectNode tree(TransformerConfig layers) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("hidden_size", layers.dim()).put("intermediate_size", layers.inner());
    tree.put("num_hidden_layers", layers.layers()).put("num_attention_heads", layers.heads());
    tree.put("hidden_act", ActivationNames.TRANSFORMERS.of(layers.activation()))
        .put("layer_norm_eps", layers.eps());
    return tree;
  }

  /**
   * Writes an encoder of T5 as transformers reads it.
   *
   * @param encoder with its weights
   * @param folder where {@code config.json} and {@code model.safetensors} go
   * @throws IOException if it cannot be written
   */
  public static void write(T5Encoder encoder, Path folder) throws IOException {
    T5Config config = encoder.config();
    boolean usual = config.gated() && config.activation() == Activation.GELU_TANH;
    String activation = ActivationNames.TRANSFORMERS.of(config.activation());
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("model_type", "t5").put("vocab_size", config.tokens()).put("d_model", config.dim());
    tree.put("d_kv", config.headDim()).put("num_heads", config.heads());
    tree.put("d_ff", config.inner()).put("num_layers", config.layers());
    tree.put("relative_attention_num_buckets", config.buckets());
    tree.put("relative_attention_max_distance", config.farthest());
    tree.put("dense_act_fn", activation).put("is_gated_act", config.gated());
    tree.put(
        "feed_forward_proj", usual ? "gated-gelu" : (config.gated() ? "gated-" : "") + activation);
    tree.put("is_encoder_decoder", false).put("layer_norm_epsilon", config.eps());
    save(tree, T5, encoder, folder);
  }

  private static void save(ObjectNode config, String architecture, Layer network, Path folder)
      throws IOException {
    config.putArray(ARCHITECTURES).add(architecture);
    Durable.createFolders(folder);
    Weights.save(
        folder.resolve(WEIGHTS + ".safetensors"), network.parameters(), Map.of("format", "pt"));
    SettingsFile.write(folder.resolve(CONFIG), config); // last: now it is one
  }
}
