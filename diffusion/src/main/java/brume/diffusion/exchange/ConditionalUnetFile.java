package brume.diffusion.exchange;

import brume.nn.Parameters;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.diffusers.ResnetConfig;
import brume.nn.unet.diffusers.UNet2DCondition;
import brume.nn.unet.diffusers.UNet2DConditionConfig;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Added;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Classes;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Kind;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Level;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Middle;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Residual;
import brume.nn.unet.diffusers.UNet2DConditionConfig.TokenNorm;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * The {@code config.json} of a {@code UNet2DConditionModel}, and the network that it describes with the
 * weights beside it.
 */
public final class ConditionalUnetFile {

  private static final Map<String, Kind> DOWN = Map.of(
      "DownBlock2D", Kind.PLAIN,
      "CrossAttnDownBlock2D", Kind.CROSS,
      "ResnetDownsampleBlock2D", Kind.RESNET,
      "SimpleCrossAttnDownBlock2D", Kind.SIMPLE_CROSS);
  private static final Map<String, Kind> UP = Map.of(
      "UpBlock2D", Kind.PLAIN,
      "CrossAttnUpBlock2D", Kind.CROSS,
      "ResnetUpsampleBlock2D", Kind.RESNET,
      "SimpleCrossAttnUpBlock2D", Kind.SIMPLE_CROSS);
  private static final Map<String, Kind> MIDDLE = Map.of(
      "UNetMidBlock2D", Kind.PLAIN,
      "UNetMidBlock2DCrossAttn", Kind.CROSS,
      "UNetMidBlock2DSimpleCrossAttn", Kind.SIMPLE_CROSS);
  private static final Map<String, Boolean> SCALES = Map.of("default", false, "scale_shift", true);

  private static final String ONLY_TOKENS = "only_cross_attention";

  // Of UNet2DConditionModel's constructor.
  private static final List<Integer> WIDTHS = List.of(320, 640, 1280, 1280);
  private static final List<String> DOWN_TYPES = List.of(
      "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D");
  private static final List<String> UP_TYPES =
      List.of("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D");

  private ConditionalUnetFile() {}

  /**
   * Opens a folder.
   *
   * @param folder of {@code config.json} and weights
   * @param device where the parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static UNet2DCondition open(Path folder, Device device) throws IOException {
    UNet2DConditionConfig config = read(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(folder, () -> new UNet2DCondition(device, RandomKey.of(0), config));
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
  public static UNet2DCondition open(Path folder, WeightWidth width, Device device)
      throws IOException {
    UNet2DConditionConfig config = read(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(
        folder, width, device, () -> new UNet2DCondition(device, RandomKey.of(0), config));
  }

  /**
   * Opens a variant in a folder.
   *
   * @param folder of {@code config.json} and weights
   * @param variant the word behind the name of its weights, such as fp16
   * @param device where the parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static UNet2DCondition open(Path folder, String variant, Device device)
      throws IOException {
    UNet2DConditionConfig config = read(folder.resolve(NetworkFolder.CONFIG));
    return NetworkFolder.read(
        folder, variant, () -> new UNet2DCondition(device, RandomKey.of(0), config));
  }

  /**
   * Opens the network of an original checkpoint, which holds all parts of Stable Diffusion in one file.
   *
   * @param config {@code config.json} that describes the network
   * @param checkpoint safetensors under the names that they had first
   * @param device where the parameters live, owned by the innermost scope
   * @return the network
   * @throws IOException if a file is missing or damaged, or asks for what Brume does not have
   */
  public static UNet2DCondition openOriginal(Path config, Path checkpoint, Device device)
      throws IOException {
    UNet2DConditionConfig settings = read(config);
    UNet2DCondition network =
        Parameters.toBeRead(() -> new UNet2DCondition(device, RandomKey.of(0), settings));
    StoredWeights.of(checkpoint).loadAll(OriginalNames.of(network));
    return network;
  }

  /**
   * Reads settings.
   *
   * @param file {@code config.json}
   * @return the settings
   * @throws IOException if it cannot be read or asks for what Brume does not have
   */
  public static UNet2DConditionConfig read(Path file) throws IOException {
    Options options = Options.read(file);
    options.choice("_class_name", "UNet2DConditionModel", Map.of("UNet2DConditionModel", true));
    options.choice("time_embedding_type", "positional", Map.of("positional", true));
    options.choice("attention_type", "default", Map.of("default", true));
    options.ignore("sample_size", "upcast_attention"); // the second is a matter of half precision
    List<Level> levels = levels(options);
    ResnetConfig resnet = resnet(options, levels.get(0).width());
    UNet2DConditionConfig config = new UNet2DConditionConfig(
        options.integer("in_channels", 4),
        options.integer("out_channels", 4),
        levels,
        new Middle(
            options.choice("mid_block_type", "UNetMidBlock2DCrossAttn", MIDDLE),
            options.number("mid_block_scale_factor", 1),
            middleSeesTokensOnly(options)),
        textChannels(options),
        tokenNorm(options),
        options.flag("use_linear_projection", false),
        classes(options),
        added(options),
        new TimeEncoding.Sinusoidal(
            10000, options.flag("flip_sin_to_cos", true), options.number("freq_shift", 0)),
        resnet.timeDim(),
        options.has("time_embedding_act_fn")
            ? Optional.of(
                options.choice("time_embedding_act_fn", "", ActivationNames.DIFFUSERS.names()))
            : Optional.empty(),
        resnet,
        new Residual(
            !options.flag("resnet_skip_time_act", false),
            options.number("resnet_out_scale_factor", 1)),
        options.integer("downsample_padding", 1),
        options.flag("center_input_sample", false),
        options.integer("conv_in_kernel", 3),
        options.integer("conv_out_kernel", 3));
    options.refuseOthers();
    return config;
  }

  /** Where nothing is said of it, as all levels, if one word is said of them. */
  private static boolean middleSeesTokensOnly(Options options) throws IOException {
    if (options.has("mid_block_only_cross_attention")) {
      return options.flag("mid_block_only_cross_attention", false);
    }
    boolean isOneWord = !options.tree().path(ONLY_TOKENS).isArray();
    return isOneWord && options.flag(ONLY_TOKENS, false);
  }

  private static ResnetConfig resnet(Options options, int finest) throws IOException {
    return new ResnetConfig(
        options.integer("norm_num_groups", 32),
        options.number("norm_eps", 1e-5),
        options.has("time_embedding_dim") ? options.integer("time_embedding_dim", 0) : 4 * finest,
        options.choice("resnet_time_scale_shift", "default", SCALES),
        options.choice("act_fn", "silu", ActivationNames.DIFFUSERS.names()),
        true,
        options.number("dropout", 0),
        1);
  }

  private static List<Level> levels(Options options) throws IOException {
    List<Integer> widths = options.integers("block_out_channels", WIDTHS);
    int count = widths.size();
    List<Kind> down = kinds(options, "down_block_types", DOWN_TYPES, DOWN, count);
    List<Kind> up = kinds(options, "up_block_types", UP_TYPES, UP, count);
    List<Integer> blocks = each(options, "layers_per_block", 2, count);
    List<Integer> heads = each(options, "attention_head_dim", 8, count);
    List<Integer> depths = each(options, "transformer_layers_per_block", 1, count);
    List<Integer> tokens = each(options, "cross_attention_dim", 1280, count);
    List<Boolean> tokensOnly =
        each(options, ONLY_TOKENS, options.flags(ONLY_TOKENS, List.of(false)), count);
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      levels.add(new Level(
          widths.get(i),
          down.get(i),
          up.get(count - 1 - i),
          blocks.get(i),
          heads.get(i),
          depths.get(i),
          tokens.get(i),
          tokensOnly.get(i)));
    }
    return levels;
  }

  private static List<Kind> kinds(
      Options options, String name, List<String> byDefault, Map<String, Kind> known, int count)
      throws IOException {
    List<Kind> kinds = new ArrayList<>();
    for (String type : options.texts(name, byDefault)) {
      Kind kind = known.get(type);
      if (kind == null) {
        throw options.wrong(
            name,
            "made of " + String.join(", ", known.keySet().stream().sorted().toList()));
      }
      kinds.add(kind);
    }
    if (kinds.size() != count) {
      throw options.wrong(name, Text.of("%d types, as block_out_channels has", count));
    }
    return kinds;
  }

  /** A number for each level, where one for all may be given. */
  private static List<Integer> each(Options options, String name, int byDefault, int count)
      throws IOException {
    return each(options, name, options.integers(name, List.of(byDefault)), count);
  }

  private static <T> List<T> each(Options options, String name, List<T> given, int count)
      throws IOException {
    if (given.size() == 1) {
      return Collections.nCopies(count, given.get(0));
    }
    if (given.size() != count) {
      throw options.wrong(name, Text.of("one value or %d, as block_out_channels has", count));
    }
    return given;
  }

  private static int textChannels(Options options) throws IOException {
    if (options.has("encoder_hid_dim_type")) {
      options.choice("encoder_hid_dim_type", "", Map.of("text_proj", true));
    }
    return options.has("encoder_hid_dim") ? options.integer("encoder_hid_dim", 0) : 0;
  }

  private static TokenNorm tokenNorm(Options options) throws IOException {
    return options.has("cross_attention_norm")
        ? options.choice(
            "cross_attention_norm",
            "",
            Map.of("group_norm", TokenNorm.GROUP, "layer_norm", TokenNorm.LAYER))
        : TokenNorm.NONE;
  }

  private static Classes classes(Options options) throws IOException {
    if (!options.has("class_embed_type")) {
      return options.has("num_class_embeds")
          ? new Classes.Table(options.integer("num_class_embeds", 0))
          : new Classes.None();
    }
    String type = options.choice(
        "class_embed_type",
        "",
        Map.of(
            "timestep", "timestep",
            "identity", "identity",
            "projection", "projection",
            "simple_projection", "simple_projection"));
    return switch (type) {
      case "timestep" -> new Classes.Level();
      case "identity" -> new Classes.Same();
      case "projection" ->
        new Classes.Projected(options.integer("projection_class_embeddings_input_dim", 0), 2);
      default ->
        new Classes.Projected(options.integer("projection_class_embeddings_input_dim", 0), 1);
    };
  }

  private static Added added(Options options) throws IOException {
    options.ignore("addition_embed_type_num_heads"); // of one type alone, but always written
    if (!options.has("addition_embed_type")) {
      return new Added.None();
    }
    boolean text =
        options.choice("addition_embed_type", "", Map.of("text", true, "text_time", false));
    return text
        ? new Added.Text(options.integer("addition_embed_type_num_heads", 64))
        : new Added.TextAndNumbers(
            options.integer("addition_time_embed_dim", 0),
            options.integer("projection_class_embeddings_input_dim", 0));
  }

  // ---- to diffusers

  /**
   * Writes a folder that diffusers reads.
   *
   * @param network with its weights
   * @param sampleSize side of the latents or pictures that it was trained with
   * @param folder where {@code config.json} and the weights go
   * @throws IOException if it cannot be written
   */
  public static void write(UNet2DCondition network, int sampleSize, Path folder)
      throws IOException {
    NetworkFolder.save(folder, tree(network.config(), sampleSize), network);
  }

  static ObjectNode tree(UNet2DConditionConfig config, int sampleSize) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    ResnetConfig resnet = config.resnet();
    List<Level> levels = config.levels();
    tree.put("_class_name", "UNet2DConditionModel");
    tree.put("_diffusers_version", SchedulerFile.VERSION);
    tree.put("act_fn", ActivationNames.DIFFUSERS.of(resnet.activation()));
    numbers(tree, "attention_head_dim", levels, Level::heads);
    numbers(tree, "block_out_channels", levels, Level::width);
    tree.put("center_input_sample", config.centersInput());
    tree.put("conv_in_kernel", config.firstKernel()).put("conv_out_kernel", config.lastKernel());
    numbers(tree, "cross_attention_dim", levels, Level::tokenChannels);
    if (levels.stream().map(Level::tokenChannels).distinct().count() == 1) {
      tree.put("cross_attention_dim", levels.get(0).tokenChannels()); // as projections need it
    }
    switch (config.tokenNorm()) {
      case NONE -> tree.putNull("cross_attention_norm");
      case GROUP -> tree.put("cross_attention_norm", "group_norm");
      case LAYER -> tree.put("cross_attention_norm", "layer_norm");
    }
    ArrayNode down = tree.putArray("down_block_types"), up = tree.putArray("up_block_types");
    for (int i = 0; i < levels.size(); i++) {
      down.add(name(DOWN, levels.get(i).down()));
      up.add(name(UP, levels.get(levels.size() - 1 - i).up()));
    }
    tree.put("downsample_padding", config.halvingPadding()).put("dropout", resnet.dropout());
    if (config.textChannels() > 0) {
      tree.put("encoder_hid_dim", config.textChannels()).put("encoder_hid_dim_type", "text_proj");
    }
    tree.put("flip_sin_to_cos", config.timeEncoding().cosineFirst());
    tree.put("freq_shift", config.timeEncoding().shift());
    tree.put("in_channels", config.channels());
    numbers(tree, "layers_per_block", levels, Level::blocks);
    tree.put("mid_block_only_cross_attention", config.middle().seesTokensOnly());
    tree.put("mid_block_scale_factor", config.middle().divisor());
    tree.put("mid_block_type", name(MIDDLE, config.middle().kind()));
    tree.put("norm_eps", resnet.eps()).put("norm_num_groups", resnet.groups());
    if (levels.stream().map(Level::seesTokensOnly).distinct().count() == 1) {
      tree.put(ONLY_TOKENS, levels.get(0).seesTokensOnly());
    } else {
      ArrayNode each = tree.putArray(ONLY_TOKENS);
      levels.forEach(level -> each.add(level.seesTokensOnly()));
    }
    tree.put("out_channels", config.outChannels());
    tree.put("resnet_out_scale_factor", config.residual().divisor());
    tree.put("resnet_skip_time_act", !config.residual().activatesTime());
    tree.put("resnet_time_scale_shift", name(SCALES, resnet.scalesByTime()));
    tree.put("sample_size", sampleSize).put("time_embedding_dim", config.timeDim());
    config
        .timeActivation()
        .ifPresent(activation ->
            tree.put("time_embedding_act_fn", ActivationNames.DIFFUSERS.of(activation)));
    numbers(tree, "transformer_layers_per_block", levels, Level::transformerBlocks);
    tree.put("use_linear_projection", config.linearProjection());
    putClasses(tree, config.classes());
    putAdded(tree, config.added());
    return tree;
  }

  private static void putClasses(ObjectNode tree, Classes classes) {
    if (classes instanceof Classes.Table table) {
      tree.put("num_class_embeds", table.rows());
    } else if (classes instanceof Classes.Level) {
      tree.put("class_embed_type", "timestep");
    } else if (classes instanceof Classes.Same) {
      tree.put("class_embed_type", "identity");
    } else if (classes instanceof Classes.Projected projected) {
      tree.put("class_embed_type", projected.layers() == 1 ? "simple_projection" : "projection");
      tree.put("projection_class_embeddings_input_dim", projected.in());
    }
  }

  private static void putAdded(ObjectNode tree, Added added) {
    if (added instanceof Added.Text text) {
      tree.put("addition_embed_type", "text");
      tree.put("addition_embed_type_num_heads", text.heads());
    } else if (added instanceof Added.TextAndNumbers both) {
      tree.put("addition_embed_type", "text_time").put("addition_time_embed_dim", both.each());
      tree.put("projection_class_embeddings_input_dim", both.in());
    }
  }

  private static void numbers(
      ObjectNode tree, String name, List<Level> levels, ToIntFunction<Level> number) {
    ArrayNode numbers = tree.putArray(name);
    levels.forEach(level -> numbers.add(number.applyAsInt(level)));
  }

  /** The first name of a value, in alphabetical order. */
  private static <T> String name(Map<String, T> known, T value) {
    return known.entrySet().stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .orElseThrow();
  }
}
