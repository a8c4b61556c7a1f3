package brume.tests.golden;

import brume.nn.Condition;
import brume.nn.Network;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.edm.AdmUNet;
import brume.nn.unet.edm.AdmUNetConfig;
import brume.nn.unet.edm.EdmConfig;
import brume.nn.unet.edm.Filter;
import brume.nn.unet.edm.SongUNet;
import brume.nn.unet.edm.SongUNetConfig;
import brume.nn.unet.edm.SongUNetConfig.Decoder;
import brume.nn.unet.edm.SongUNetConfig.Encoder;
import brume.nn.unet.edm.SongUNetConfig.Waves;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The networks of EDM: DDPM++ and NCSN++ of Song et al., and ADM. */
final class EdmModels implements CaseRunner {

  private static final List<String> CLASSES = List.of("SongUNet", "DhariwalUNet");
  private static final int HEAD_DIM = 64; // of the original, which has no setting for it

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("edm")
        && CLASSES.contains(asked.attrs().path("class").asText());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode kwargs = asked.attrs().path("kwargs");
    Network network = asked.attrs().path("class").asText().equals("SongUNet")
        ? new SongUNet(on, RandomKey.of(0), song(kwargs))
        : new AdmUNet(on, RandomKey.of(0), adm(kwargs));
    NetworkRun run = new NetworkRun(asked, on, network);
    Condition told = asked.has("input.class_labels")
        ? Condition.none()
            .withLabels(Arrays.stream(asked.longs("input.class_labels"))
                .mapToInt(Math::toIntExact)
                .toArray())
        : Condition.none();
    run.compare(
        network,
        network.predict(new Query(run.input("x"), run.times(), told, Pass.inference())),
        results);
  }

  private static SongUNetConfig song(JsonNode kwargs) {
    JsonNode filter = kwargs.path("resample_filter");
    return new SongUNetConfig(
        common(kwargs, 128, List.of(1, 2, 2, 2), 4, List.of(16)),
        Waves.valueOf(upper(kwargs.path("embedding_type").asText("positional"))),
        kwargs.path("channel_mult_noise").asInt(1),
        1,
        filter.size() == 4 ? Filter.BINOMIAL : Filter.BOX,
        Encoder.valueOf(upper(kwargs.path("encoder_type").asText("standard"))),
        Decoder.valueOf(upper(kwargs.path("decoder_type").asText("standard"))));
  }

  private static AdmUNetConfig adm(JsonNode kwargs) {
    return new AdmUNetConfig(
        common(kwargs, 192, List.of(1, 2, 3, 4), 3, List.of(32, 16, 8)),
        kwargs.path("channels_per_head").asInt(HEAD_DIM));
  }

  private static EdmConfig common(
      JsonNode kwargs, int dim, List<Integer> mults, int blocks, List<Integer> attends) {
    int size = kwargs.path("img_resolution").asInt();
    return new EdmConfig(
        kwargs.path("in_channels").asInt(),
        kwargs.path("out_channels").asInt(),
        size,
        size,
        kwargs.path("label_dim").asInt(0),
        kwargs.path("model_channels").asInt(dim),
        LucidrainsConfig.each(kwargs.path("channel_mult"), mults, JsonNode::asInt),
        kwargs.path("channel_mult_emb").asInt(4),
        kwargs.path("num_blocks").asInt(blocks),
        LucidrainsConfig.each(kwargs.path("attn_resolutions"), attends, JsonNode::asInt),
        0);
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }
}
