package brume.tests.golden;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.NamedParameter;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.karras.Halving;
import brume.nn.karras.KarrasUNet;
import brume.nn.karras.KarrasUNetConfig;
import brume.nn.karras.Space;
import brume.tensor.io.StoredType;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The magnitude-preserving U-Nets of denoising-diffusion-pytorch. */
final class KarrasModels implements CaseRunner {

  private static final String LABELS = "input.class_labels";
  private static final Map<String, Space> SPACES = Map.of(
      "KarrasUnet", Space.IMAGE, "KarrasUnet1D", Space.SEQUENCE, "KarrasUnet3D", Space.VIDEO);

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("lucidrains_karras")
        && SPACES.containsKey(asked.attrs().path("class").asText());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode attrs = asked.attrs();
    Space space = SPACES.get(attrs.path("class").asText());
    KarrasUNet network = new KarrasUNet(on, RandomKey.of(0), config(space, attrs.path("kwargs")));
    NetworkRun run = new NetworkRun(asked, on, network);
    Condition known = asked.has("input.x_self_cond")
        ? Condition.none().withFormer(asSeen(space, run.input("x_self_cond")))
        : Condition.none();
    Pass pass = attrs.path("training").asBoolean()
        ? Pass.training(RandomKey.of(0)) // without dropout nothing is drawn
        : Pass.inference();
    Variable x = asSeen(space, run.input("x"));
    Variable y;
    if (!asked.has(LABELS)) {
      y = network.predict(new Query(x, run.times(), known, pass));
    } else if (asked.entry(LABELS).type() == StoredType.F32) {
      y = network.predict(
          new Query(x, run.times(), known, pass),
          Variable.constant(ChannelsLast.loadAsIs(asked, LABELS, on)));
    } else {
      Condition told = known.withLabels(labels(asked, network.config().classes()));
      y = network.predict(new Query(x, run.times(), told, pass));
    }
    for (NamedParameter parameter : network.parameters()) {
      String normalized = "output.param." + parameter.path();
      if (asked.has(normalized)) {
        results.check(
            normalized,
            NetworkRun.asStored(parameter, parameter.variable().value().toDoubles()));
      }
    }
    run.compare(network, space == Space.SEQUENCE ? TorchArguments.asSignal(y) : y, results);
  }

  /** Sequences are images of one row. */
  private static Variable asSeen(Space space, Variable x) {
    return space == Space.SEQUENCE ? TorchArguments.asImage(x) : x;
  }

  /** The numbers of classes, of which the last stands for none. */
  private static int[] labels(GoldenCase asked, int classes) {
    return Arrays.stream(asked.longs(LABELS))
        .mapToInt(label -> label == classes - 1 ? Condition.NO_CLASS : Math.toIntExact(label))
        .toArray();
  }

  private static KarrasUNetConfig config(Space space, JsonNode kwargs) {
    int halvings = kwargs.path("num_downsamples").asInt(3);
    int channels = kwargs.path("channels").asInt();
    JsonNode blocks = kwargs.path("num_blocks_per_stage");
    return new KarrasUNetConfig(
        space,
        channels,
        channels,
        kwargs.path(space == Space.SEQUENCE ? "seq_len" : "image_size").asInt(),
        kwargs.path("dim").asInt(),
        kwargs.path("dim_max").asInt(),
        kwargs.path("num_classes").asInt(0),
        blocks.isArray()
            ? LucidrainsConfig.each(blocks, List.of(), JsonNode::asInt)
            : Collections.nCopies(halvings + 1, blocks.asInt()),
        kwargs.has("downsample_types")
            ? LucidrainsConfig.each(
                kwargs.path("downsample_types"),
                List.of(),
                type -> Halving.valueOf(type.asText().toUpperCase(Locale.ROOT)))
            : Collections.nCopies(halvings, Halving.ALL),
        LucidrainsConfig.each(kwargs.path("attn_res"), List.of(16, 8), JsonNode::asInt),
        kwargs.path("factorize_space_time_attn").asBoolean(false),
        kwargs.path("attn_dim_head").asInt(64),
        kwargs.path("fourier_dim").asInt(16),
        1,
        new KarrasUNetConfig.Mix(
            kwargs.path("mp_cat_t").asDouble(0.5),
            kwargs.path("mp_add_emb_t").asDouble(0.5),
            kwargs.path("attn_res_mp_add_t").asDouble(0.3),
            kwargs.path("resnet_mp_add_t").asDouble(0.3)),
        kwargs.path("dropout").asDouble(0),
        kwargs.path("self_condition").asBoolean(false));
  }
}
