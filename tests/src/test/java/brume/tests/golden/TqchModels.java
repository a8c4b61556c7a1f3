package brume.tests.golden;

import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.ddpm.DdpmUNet;
import brume.nn.unet.ddpm.DdpmUNetConfig;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Collections;
import java.util.List;

/** The network of ddpm-torch. */
final class TqchModels implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("tqch")
        && asked.attrs().path("class").asText().equals("UNet")
        && asked.attrs().path("group_norm_eps").asDouble(1e-6) == 1e-6;
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    DdpmUNet network = new DdpmUNet(
        on,
        RandomKey.of(0),
        config(asked.attrs().path("kwargs"), asked.attrs().path("num_groups").asInt(32)));
    NetworkRun run = new NetworkRun(asked, on, network);
    run.compare(
        network, network.predict(Query.of(run.input("x"), run.times(), Pass.inference())), results);
  }

  static DdpmUNetConfig config(JsonNode kwargs, int groups) {
    int dim = kwargs.path("hid_channels").asInt();
    List<Integer> multipliers =
        LucidrainsConfig.each(kwargs.path("ch_multipliers"), List.of(), JsonNode::asInt);
    List<Boolean> attends =
        LucidrainsConfig.each(kwargs.path("apply_attn"), List.of(false), JsonNode::asBoolean);
    return new DdpmUNetConfig(
        kwargs.path("in_channels").asInt(),
        kwargs.path("out_channels").asInt(),
        dim,
        kwargs.path("time_embedding_dim").asInt(4 * dim),
        multipliers,
        kwargs.path("num_res_blocks").asInt(),
        attends.size() == 1 ? Collections.nCopies(multipliers.size(), attends.get(0)) : attends,
        groups,
        kwargs.path("drop_rate").asDouble(0),
        kwargs.path("resample_with_conv").asBoolean(true));
  }
}
