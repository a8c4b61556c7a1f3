package brume.tests.golden;

import brume.nn.layer.TimeEncoding;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.AttentionPlan;
import brume.nn.unet.lucid.UNetBuilder;
import brume.nn.unet.lucid.UNetConfig;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** From the constructor arguments of denoising-diffusion-pytorch to settings of ours. */
final class LucidrainsConfig {

  private static final Set<String> KNOWN = Set.of(
      "dim",
      "init_dim",
      "out_dim",
      "dim_mults",
      "channels",
      "self_condition",
      "resnet_block_groups",
      "learned_variance",
      "learned_sinusoidal_cond",
      "random_fourier_features",
      "learned_sinusoidal_dim",
      "sinusoidal_pos_emb_theta",
      "attn_dim_head",
      "attn_heads",
      "full_attn",
      "dropout",
      "flash_attn");

  private LucidrainsConfig() {}

  static boolean knows(JsonNode kwargs) {
    List<String> names = new ArrayList<>();
    kwargs.fieldNames().forEachRemaining(names::add);
    return KNOWN.containsAll(names);
  }

  static UNetConfig image(BlockVersion version, JsonNode kwargs) {
    List<Integer> multipliers = multipliers(kwargs);
    return common(UNetConfig.image(version, channels(kwargs), dim(kwargs), multipliers), kwargs)
        .attention(AttentionPlan.image(
            multipliers.size(),
            each(kwargs.path("full_attn"), List.of(), JsonNode::asBoolean),
            each(kwargs.path("attn_heads"), List.of(4), JsonNode::asInt),
            each(kwargs.path("attn_dim_head"), List.of(32), JsonNode::asInt),
            version.memory()))
        .build();
  }

  static UNetConfig signal(BlockVersion version, JsonNode kwargs) {
    List<Integer> multipliers = multipliers(kwargs);
    return common(UNetConfig.signal(version, channels(kwargs), dim(kwargs), multipliers), kwargs)
        .attention(AttentionPlan.signal(
            multipliers.size(),
            kwargs.path("attn_heads").asInt(4),
            kwargs.path("attn_dim_head").asInt(32)))
        .build();
  }

  private static UNetBuilder common(UNetBuilder network, JsonNode kwargs) {
    int outputs = kwargs.path("learned_variance").asBoolean() ? 2 : 1;
    return network
        .initialDim(kwargs.path("init_dim").asInt(dim(kwargs)))
        .outChannels(kwargs.path("out_dim").asInt(outputs * channels(kwargs)))
        .selfCondition(kwargs.path("self_condition").asBoolean())
        .groups(kwargs.path("resnet_block_groups").asInt(8))
        .dropout(kwargs.path("dropout").asDouble(0))
        .timeEncoding(encoding(kwargs));
  }

  private static TimeEncoding encoding(JsonNode kwargs) {
    boolean random = kwargs.path("random_fourier_features").asBoolean();
    if (random || kwargs.path("learned_sinusoidal_cond").asBoolean()) {
      return new TimeEncoding.Fourier(kwargs.path("learned_sinusoidal_dim").asInt(16), !random);
    }
    return new TimeEncoding.Sinusoidal(kwargs.path("sinusoidal_pos_emb_theta").asDouble(10000));
  }

  private static int channels(JsonNode kwargs) {
    return kwargs.path("channels").asInt(3);
  }

  private static int dim(JsonNode kwargs) {
    return kwargs.path("dim").asInt();
  }

  private static List<Integer> multipliers(JsonNode kwargs) {
    return each(kwargs.path("dim_mults"), List.of(1, 2, 4, 8), JsonNode::asInt);
  }

  /** A list, one value for all, or nothing. */
  static <T> List<T> each(JsonNode given, List<T> otherwise, Function<JsonNode, T> read) {
    if (given.isMissingNode() || given.isNull()) {
      return otherwise;
    }
    if (!given.isArray()) {
      return List.of(read.apply(given));
    }
    List<T> values = new ArrayList<>();
    given.forEach(value -> values.add(read.apply(value)));
    return values;
  }
}
