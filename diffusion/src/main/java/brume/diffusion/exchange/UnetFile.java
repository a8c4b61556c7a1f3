package brume.diffusion.exchange;

import brume.diffusion.network.Networks;
import brume.diffusion.network.Task;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code config.json} of a {@code UNet2DModel}, the network {@code unet2d}. */
final class UnetFile {

  static final String CLASS = "UNet2DModel";
  static final String KIND = "unet2d";

  private static final int MOST_CLASSES = 1 << 16;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Map<String, String> RESAMPLINGS =
      Map.of("conv", "convolution", "resnet", "residual");
  private static final Map<String, Boolean> SCALES = Map.of("default", false, "scale_shift", true);

  // Of UNet2DModel's constructor.
  private static final List<Integer> WIDTHS = List.of(224, 448, 672, 896);
  private static final List<String> DOWN =
      List.of("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D");
  private static final List<String> UP =
      List.of("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D");

  private UnetFile() {}

  /** Reads a tree. */
  static NetworkFile of(Options options) throws IOException {
    options.choice(
        "_class_name", "UNet2DModel", Map.of("UNet2DModel", true, "UNetUnconditionalModel", true));
    options.choice("act_fn", "silu", Map.of("silu", true, "swish", true));
    options.choice("time_embedding_type", "positional", Map.of("positional", true));
    options.choice("mid_block_type", "UNetMidBlock2D", Map.of("UNetMidBlock2D", true));
    if (options.has("num_train_timesteps")) { // only of learned embeddings of time
      options.integer("num_train_timesteps", 0);
    }
    List<Integer> size =
        options.has("sample_size") ? options.integers("sample_size", List.of()) : List.of(0);
    int least = size.size() == 1 ? 0 : 1; // a single 0 is no size
    if (size.size() > 2 || size.stream().anyMatch(side -> side < least || side > 4096)) {
      throw options.wrong("sample_size", "one or two numbers of 1 to 4096");
    }
    int channels = options.integer("in_channels", 3);
    int outChannels = options.integer("out_channels", 3);
    NetworkFile file = new NetworkFile(
        PipelineFolder.UNET,
        settings(options),
        channels,
        outChannels,
        size.get(0),
        size.get(size.size() - 1),
        classes(options));
    options.refuseOthers();
    return file;
  }

  /** One less than the rows of its table of classes, as the last row stands for no class. */
  private static int classes(Options options) throws IOException {
    if (options.has("class_embed_type")) {
      throw options.wrong("class_embed_type", "null, a table of classes");
    }
    if (!options.has("num_class_embeds")) {
      return 0;
    }
    int rows = options.integer("num_class_embeds", 0);
    if (rows < 2 || rows > MOST_CLASSES) {
      throw options.wrong(
          "num_class_embeds", Text.of("2 to %d, the last for no class", MOST_CLASSES));
    }
    return rows - 1;
  }

  private static ObjectNode settings(Options options) throws IOException {
    ObjectNode network = NODES.objectNode().put("kind", KIND);
    List<Integer> widths = options.integers("block_out_channels", WIDTHS);
    List<String> down = options.texts("down_block_types", DOWN);
    List<String> up = options.texts("up_block_types", UP);
    if (down.size() != widths.size() || up.size() != widths.size()) {
      throw options.wrong(
          "block_out_channels",
          Text.of(
              "as many numbers as down_block_types and up_block_types have entries, %d and %d",
              down.size(), up.size()));
    }
    widths.forEach(network.putArray("widths")::add);
    network.set("downBlocks", blocks(options, "down_block_types", "Down", down));
    network.set("upBlocks", blocks(options, "up_block_types", "Up", up));
    network.put("downsampling", options.choice("downsample_type", "conv", RESAMPLINGS));
    network.put("upsampling", options.choice("upsample_type", "conv", RESAMPLINGS));
    network.put("blocksPerLevel", options.integer("layers_per_block", 2));
    // Null means one head of all channels, absence heads of 8.
    network.put(
        "headDim",
        options.isNull("attention_head_dim") ? 0 : options.integer("attention_head_dim", 8));
    network.put(
        "timeDim",
        options.has("time_embedding_dim") ? options.integer("time_embedding_dim", 0) : 0);
    network.put("cosineFirst", options.flag("flip_sin_to_cos", true));
    network.put("frequencyShift", options.number("freq_shift", 0));
    network.put("scaleShift", options.choice("resnet_time_scale_shift", "default", SCALES));
    network.put("groups", options.integer("norm_num_groups", 32));
    network.put("eps", options.number("norm_eps", 1e-5));
    network.put("middleAttention", options.flag("add_attention", true));
    network.put(
        "middleGroups",
        options.has("attn_norm_num_groups") ? options.integer("attn_norm_num_groups", -1) : -1);
    network.put("middleDivisor", options.number("mid_block_scale_factor", 1));
    network.put("halvingPadding", options.integer("downsample_padding", 1));
    network.put("centerInput", options.flag("center_input_sample", false));
    network.put("dropout", options.number("dropout", 0));
    return network;
  }

  /** One way, {@code Down} or {@code Up}; the first versions had longer names. */
  private static ArrayNode blocks(Options options, String name, String way, List<String> types)
      throws IOException {
    Map<String, String> known = Map.of(
        way + "Block2D", "plain",
        "Attn" + way + "Block2D", "attention",
        "Resnet" + way + "sampleBlock2D", "resnet");
    ArrayNode blocks = NODES.arrayNode();
    for (String type : types) {
      String block = known.get(type.replaceFirst("^UNetRes", ""));
      if (block == null) {
        List<String> names = new ArrayList<>(known.keySet());
        names.sort(null);
        throw options.wrong(name, "made of " + String.join(", ", names));
      }
      blocks.add(block);
    }
    return blocks;
  }

  // ---- to diffusers

  /**
   * The network of a recipe.
   *
   * @param recipe of the network {@code unet2d}
   * @return the file's options, all of them
   * @throws IllegalArgumentException if a setting has no equivalent there
   */
  static ObjectNode write(Recipe recipe) {
    Part network = Part.of(Networks.CATALOG, recipe.network());
    int groups = network.take("middleGroups").intValue();
    boolean scales = network.take("scaleShift").booleanValue();
    SettingException.unless(
        groups != 0 || scales,
        "{middleGroups}: expected -1 or more than 0 for diffusers without {scaleShift}, got 0");
    Task task = recipe.task();
    ObjectNode file = NODES.objectNode();
    file.put("_class_name", "UNet2DModel").put("_diffusers_version", SchedulerFile.VERSION);
    file.put("act_fn", "silu");
    file.set("add_attention", network.take("middleAttention"));
    file.set("attention_head_dim", nullIf(0, network.take("headDim")));
    file.set("attn_norm_num_groups", groups > 0 ? NODES.numberNode(groups) : NODES.nullNode());
    file.set("block_out_channels", network.take("widths"));
    file.set("center_input_sample", network.take("centerInput"));
    file.set("down_block_types", types("Down", network.take("downBlocks"), file));
    file.set("downsample_padding", network.take("halvingPadding"));
    file.put("downsample_type", resampling(network.take("downsampling")));
    file.set("dropout", network.take("dropout"));
    file.set("flip_sin_to_cos", network.take("cosineFirst"));
    file.set("freq_shift", network.take("frequencyShift"));
    file.put("in_channels", task.channels());
    file.set("layers_per_block", network.take("blocksPerLevel"));
    file.set("mid_block_scale_factor", network.take("middleDivisor"));
    file.set("norm_eps", network.take("eps"));
    file.set("norm_num_groups", network.take("groups"));
    file.put("out_channels", task.outChannels());
    file.put("resnet_time_scale_shift", scales ? "scale_shift" : "default");
    if (task.height() == task.width()) {
      file.put("sample_size", task.height());
    } else {
      file.putArray("sample_size").add(task.height()).add(task.width());
    }
    if (network.take("timeDim").intValue() > 0) { // an option that older versions do not have
      file.set("time_embedding_dim", network.take("timeDim"));
    }
    file.put("time_embedding_type", "positional");
    if (task.classes() > 0) {
      file.putNull("class_embed_type").put("num_class_embeds", task.classes() + 1);
    }
    file.set("up_block_types", types("Up", network.take("upBlocks"), file));
    file.put("upsample_type", resampling(network.take("upsampling")));
    network.refuseOthers("UNet2DModel");
    return file;
  }

  private static JsonNode nullIf(int number, JsonNode value) {
    return value.intValue() == number ? NODES.nullNode() : value;
  }

  private static String resampling(JsonNode name) {
    return RESAMPLINGS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name.textValue()))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** A type for each level, where one for all may have been given. */
  private static ArrayNode types(String way, JsonNode blocks, ObjectNode file) {
    ArrayNode types = NODES.arrayNode();
    int levels = file.get("block_out_channels").size();
    for (int i = 0; i < levels; i++) {
      types.add(
          switch (blocks.get(blocks.size() == 1 ? 0 : i).textValue()) {
            case "attention" -> "Attn" + way + "Block2D";
            case "resnet" -> "Resnet" + way + "sampleBlock2D";
            default -> way + "Block2D";
          });
    }
    return types;
  }
}
