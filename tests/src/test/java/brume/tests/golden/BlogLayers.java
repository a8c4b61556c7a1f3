package brume.tests.golden;

import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Domain;
import brume.nn.layer.TimeTokenAttention;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.ResBlock;
import brume.nn.unet.ResBlockConfig;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;

/** Parts of the blog's ConditionalUNet. */
final class BlogLayers implements CaseRunner {

  private static final Set<String> KNOWN =
      Set.of("CrossAttention", "CrossLinearAttention", "ResnetBlock");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("module")
        && asked.attrs().path("system").asText().equals("blog")
        && KNOWN.contains(asked.attrs().path("class").asText());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Parameters at = Parameters.of(on, RandomKey.of(0));
    JsonNode kwargs = asked.attrs().path("kwargs");
    String type = asked.attrs().path("class").asText();
    if (type.equals("ResnetBlock")) {
      ResBlockConfig config = new ResBlockConfig(
          BlockVersion.GROUP_NORM, Domain.IMAGE, 0, kwargs.path("groups").asInt(8), 0);
      ResBlock block = new ResBlock(
          at, config, kwargs.path("cin").asInt(), kwargs.path("cout").asInt());
      NetworkRun run = new NetworkRun(asked, on, block);
      run.compare(block, block.forward(run.input("x"), Pass.inference()), results);
      return;
    }
    AttentionConfig config = AttentionConfig.of(
        type.equals("CrossAttention") ? AttentionKind.FULL : AttentionKind.LINEAR,
        kwargs.path("heads").asInt(4),
        kwargs.path("dim_head").asInt(32));
    TimeTokenAttention layer = new TimeTokenAttention(
        at, kwargs.path("channels").asInt(), config, kwargs.path("bias").asBoolean());
    NetworkRun run = new NetworkRun(asked, on, layer);
    run.compare(layer, layer.forward(run.input("x"), run.input("time_vec")), results);
  }
}
