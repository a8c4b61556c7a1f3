package brume.tests.golden;

import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.blog.ConditionalUNet;
import brume.nn.unet.blog.ConditionalUNetConfig;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** The blog's network, which is told the time by attention. */
final class BlogModels implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("blog")
        && asked.attrs().path("class").asText().equals("ConditionalUNet");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode kwargs = asked.attrs().path("kwargs");
    ConditionalUNetConfig config = new ConditionalUNetConfig(
        kwargs.path("in_channels").asInt(),
        kwargs.path("out_channels").asInt(),
        kwargs.path("init_channels").asInt(),
        kwargs.path("time_emb_dim").asInt(),
        kwargs.path("num_layers").asInt(4),
        kwargs.path("num_groups").asInt(8),
        kwargs.path("attn_bias").asBoolean());
    ConditionalUNet network = new ConditionalUNet(on, RandomKey.of(0), config);
    NetworkRun run = new NetworkRun(asked, on, network);
    run.compare(
        network, network.predict(Query.of(run.input("x"), run.times(), Pass.inference())), results);
  }
}
