package brume.diffusion.exchange;

import brume.nn.layer.TimeEncoding;
import brume.nn.unet.diffusers.UNet2DConfig;
import brume.nn.unet.diffusers.UNet2DConfig.Level;
import brume.nn.unet.diffusers.UNet2DConfig.Middle;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import brume.nn.unet.diffusers.UNet2DConfig.Side;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the {@code config.json} of a {@code UNet2DModel} says.
 *
 * @param network its settings
 * @param height of its pictures, 0 if they may have any size
 * @param width of its pictures, 0 if they may have any size
 */
public record NetworkFile(UNet2DConfig network, int height, int width) {

  private static final Map<String, Resampling> RESAMPLINGS =
      Map.of("conv", Resampling.CONVOLUTION, "resnet", Resampling.RESIDUAL);
  private static final Map<String, Boolean> SCALES = Map.of("default", false, "scale_shift", true);

  /**
   * Reads a file.
   *
   * @param file {@code config.json}
   * @return what it says
   * @throws IOException if it cannot be read, or asks for what Brume does not have
   */
  public static NetworkFile read(Path file) throws IOException {
    Options options = Options.read(file);
    options.choice("_class_name", "UNet2DModel", Map.of("UNet2DModel", true));
    options.choice("act_fn", "silu", Map.of("silu", true, "swish", true));
    options.choice("time_embedding_type", "positional", Map.of("positional", true));
    options.choice("mid_block_type", "UNetMidBlock2D", Map.of("UNetMidBlock2D", true));
    options.integer("num_train_timesteps", 0); // only of learned embeddings of time
    List<Integer> size = options.has("sample_size") ? options.integers("sample_size") : List.of(0);
    try {
      NetworkFile read = new NetworkFile(network(options), size.get(0), size.get(size.size() - 1));
      options.refuseOthers();
      return read;
    } catch (IllegalArgumentException refused) {
      throw new IOException(options.source() + ": " + refused.getMessage(), refused);
    }
  }

  private static UNet2DConfig network(Options options) throws IOException {
    List<Level> levels = levels(options);
    boolean scalesByTime = options.choice("resnet_time_scale_shift", "default", SCALES);
    int groups = options.integer("norm_num_groups", 32);
    int middleGroups = options.integer("attn_norm_num_groups", scalesByTime ? 0 : groups);
    Middle middle = new Middle(
        options.flag("add_attention", true),
        middleGroups,
        options.number("mid_block_scale_factor", 1));
    TimeEncoding.Sinusoidal encoding = new TimeEncoding.Sinusoidal(
        10000, options.flag("flip_sin_to_cos", true), options.number("freq_shift", 0));
    return new UNet2DConfig(
        options.integer("in_channels", 3),
        options.integer("out_channels", 3),
        levels,
        middle,
        options.integer("layers_per_block", 2),
        // Null means one head of all channels, absence heads of 8.
        options.isNull("attention_head_dim") ? 0 : options.integer("attention_head_dim", 8),
        encoding,
        options.integer("time_embedding_dim", 4 * levels.get(0).width()),
        scalesByTime,
        groups,
        options.number("norm_eps", 1e-5),
        options.integer("downsample_padding", 1),
        options.flag("center_input_sample", false),
        options.number("dropout", 0));
  }

  private static List<Level> levels(Options options) throws IOException {
    Resampling down = options.choice("downsample_type", "conv", RESAMPLINGS);
    Resampling up = options.choice("upsample_type", "conv", RESAMPLINGS);
    List<Side> downs = sides(options, "down_block_types", "Down", down);
    List<Side> ups = sides(options, "up_block_types", "Up", up);
    List<Integer> widths = options.integers("block_out_channels");
    int count = widths.size();
    if (downs.size() != count || ups.size() != count) {
      throw options.wrong(
          "block_out_channels",
          Text.of(
              "as many numbers as down_block_types and up_block_types have entries, %d and %d",
              downs.size(), ups.size()));
    }
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      levels.add(new Level(widths.get(i), downs.get(i), ups.get(count - 1 - i)));
    }
    return levels;
  }

  /** One way, {@code Down} or {@code Up}, level by level in its own direction. */
  private static List<Side> sides(Options options, String name, String way, Resampling chosen)
      throws IOException {
    Map<String, Side> types = Map.of(
        way + "Block2D", new Side(false, Resampling.CONVOLUTION),
        "Attn" + way + "Block2D", new Side(true, chosen),
        "Resnet" + way + "sampleBlock2D", new Side(false, Resampling.RESIDUAL));
    List<Side> sides = new ArrayList<>();
    for (String type : options.texts(name)) {
      Side side = types.get(type);
      if (side == null) {
        throw options.wrong(name, "made of " + String.join(", ", new TreeSet<>(types.keySet())));
      }
      sides.add(side);
    }
    return sides;
  }
}
