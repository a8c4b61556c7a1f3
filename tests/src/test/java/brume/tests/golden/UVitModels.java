package brume.tests.golden;

import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.vit.UVit;
import brume.nn.vit.UVitConfig;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/** The U-ViT of simple diffusion. */
final class UVitModels implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("lucidrains_simple")
        && asked.attrs().path("class").asText().equals("UViT")
        && !asked.attrs().path("training").asBoolean()
        && !asked.attrs().path("kwargs").path("dual_patchnorm").asBoolean();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    UVit network = new UVit(on, RandomKey.of(0), config(asked.attrs().path("kwargs")));
    NetworkRun run = new NetworkRun(asked, on, network);
    run.compare(
        network, network.predict(Query.of(run.input("x"), run.times(), Pass.inference())), results);
  }

  private static UVitConfig config(JsonNode kwargs) {
    int channels = kwargs.path("channels").asInt(3), dim = kwargs.path("dim").asInt();
    List<Integer> multipliers =
        LucidrainsConfig.each(kwargs.path("dim_mults"), List.of(1, 2, 4, 8), JsonNode::asInt);
    JsonNode factor = kwargs.path("downsample_factor");
    return new UVitConfig(
        channels,
        kwargs.path("out_dim").asInt(channels),
        0,
        dim,
        kwargs.path("init_dim").asInt(dim),
        multipliers,
        factor.isArray()
            ? LucidrainsConfig.each(factor, List.of(), JsonNode::asInt)
            : Collections.nCopies(multipliers.size(), factor.asInt(2)),
        kwargs.path("patch_size").asInt(1),
        kwargs.path("vit_depth").asInt(6),
        kwargs.path("attn_heads").asInt(4),
        kwargs.path("attn_dim_head").asInt(32),
        kwargs.path("ff_mult").asInt(4),
        kwargs.path("learned_sinusoidal_dim").asInt(16),
        1,
        0);
  }
}
