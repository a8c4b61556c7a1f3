package brume.tests.golden;

import static brume.autograd.function.pointwise.Pointwise.silu;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.SameConv2d;
import brume.nn.unet.ddpm.DdpmAttention;
import brume.nn.unet.ddpm.DdpmResBlock;
import brume.nn.unet.ddpm.DdpmUNetConfig;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Parts of the network of ddpm-torch. */
final class TqchLayers implements CaseRunner {

  private static final Set<String> KNOWN =
      Set.of("AttentionBlock", "ResidualBlock", "SamePadDownsample");

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    return asked.kind().equals("module")
        && attrs.path("system").asText().equals("tqch")
        && KNOWN.contains(attrs.path("class").asText())
        && attrs.path("group_norm_eps").asDouble(1e-6) == 1e-6;
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode kwargs = asked.attrs().path("kwargs");
    Parameters at = Parameters.of(on, RandomKey.of(0));
    int channels = kwargs.path("in_channels").asInt();
    switch (asked.attrs().path("class").asText()) {
      case "AttentionBlock" -> {
        DdpmAttention layer = new DdpmAttention(at, config(asked, channels), channels);
        run(asked, on, results, layer, run -> layer.forward(run.input("x")));
      }
      case "ResidualBlock" -> {
        DdpmResBlock layer = new DdpmResBlock(
            at, config(asked, channels), channels, kwargs.path("out_channels").asInt(channels));
        run(asked, on, results, layer, run -> {
          return layer.forward(run.input("x"), silu(run.input("t_emb")), Pass.inference());
        });
      }
      default -> {
        ConvConfig conv = ConvConfig.of(
                Domain.IMAGE,
                kwargs.path("channels").asInt(),
                kwargs.path("out_channels").asInt(),
                kwargs.path("kernel_size").asInt())
            .withStride(kwargs.path("stride").asInt(), 0);
        SameConv2d layer = new SameConv2d(at.child("1"), conv);
        run(asked, on, results, at::all, run -> layer.forward(run.input("x")));
      }
    }
  }

  private static void run(
      GoldenCase asked,
      Backend on,
      Comparison results,
      Layer layer,
      Function<NetworkRun, Variable> forward)
      throws IOException {
    NetworkRun run = new NetworkRun(asked, on, layer);
    run.compare(layer, forward.apply(run), results);
  }

  /** What a part reads of its network's settings. */
  private static DdpmUNetConfig config(GoldenCase asked, int channels) {
    JsonNode attrs = asked.attrs();
    return new DdpmUNetConfig(
        channels,
        channels,
        4 * channels,
        attrs.path("kwargs").path("embed_dim").asInt(1),
        List.of(1),
        1,
        List.of(true),
        attrs.path("num_groups").asInt(32),
        attrs.path("kwargs").path("drop_rate").asDouble(0),
        true);
  }
}
