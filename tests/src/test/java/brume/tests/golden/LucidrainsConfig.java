package brume.tests.golden;

import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.AttentionPlan;
import brume.nn.unet.lucid.UNetConfig;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
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
    int levels = multipliers.size();
    UNetConfig defaults = UNetConfig.image(version, channels(kwargs), dim(kwargs), multipliers);
    AttentionConfig heads = defaults.attention().middle();
    List<Boolean> full = new ArrayList<>();
    defaults.attention().levels().forEach(level -> full.add(level.kind() == AttentionKind.FULL));
    return common(defaults, kwargs)
        .withAttention(AttentionPlan.of(
            each(kwargs.path("full_attn"), levels, full, JsonNode::asBoolean),
            each(kwargs.path("attn_heads"), levels, same(levels, heads.heads()), JsonNode::asInt),
            each(
                kwargs.path("attn_dim_head"),
                levels,
                same(levels, heads.headDim()),
                JsonNode::asInt),
            heads.memory()));
  }

  static UNetConfig signal(BlockVersion version, JsonNode kwargs) {
    UNetConfig defaults =
        UNetConfig.signal(version, channels(kwargs), dim(kwargs), multipliers(kwargs));
    AttentionPlan plan = defaults.attention();
    AttentionConfig middle = AttentionConfig.of(
        AttentionKind.FULL,
        kwargs.path("attn_heads").asInt(plan.middle().heads()),
        kwargs.path("attn_dim_head").asInt(plan.middle().headDim()));
    return common(defaults, kwargs).withAttention(new AttentionPlan(plan.levels(), middle));
  }

  private static UNetConfig common(UNetConfig config, JsonNode kwargs) {
    int outputs = kwargs.path("learned_variance").asBoolean() ? 2 : 1;
    return config
        .withInitialDim(kwargs.path("init_dim").asInt(config.dim()))
        .withOutChannels(kwargs.path("out_dim").asInt(outputs * config.channels()))
        .withSelfCondition(kwargs.path("self_condition").asBoolean())
        .withGroups(kwargs.path("resnet_block_groups").asInt(config.groups()))
        .withDropout(kwargs.path("dropout").asDouble(0))
        .withTimeEncoding(encoding(kwargs));
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
    List<Integer> original = List.of(1, 2, 4, 8);
    return each(kwargs.path("dim_mults"), original.size(), original, JsonNode::asInt);
  }

  private static List<Integer> same(int levels, int value) {
    return Collections.nCopies(levels, value);
  }

  /** A list, one value for all, or nothing. */
  static <T> List<T> each(
      JsonNode given, int levels, List<T> otherwise, Function<JsonNode, T> read) {
    if (given.isMissingNode() || given.isNull()) {
      return otherwise;
    }
    List<T> values = new ArrayList<>();
    given.forEach(value -> values.add(read.apply(value)));
    return given.isArray() ? values : Collections.nCopies(levels, read.apply(given));
  }
}
