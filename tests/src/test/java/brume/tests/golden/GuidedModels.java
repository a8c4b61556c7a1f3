package brume.tests.golden;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.AttentionPlan;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The U-Net of denoising-diffusion-pytorch that is told classes. */
final class GuidedModels implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals(GuidanceRunner.SYSTEM)
        && asked.attrs().path("class").asText().equals("Unet");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode kwargs = asked.attrs().path("kwargs");
    UNet network =
        new UNet(on, RandomKey.of(0), config(kwargs), kwargs.path("num_classes").asInt());
    NetworkRun run = new NetworkRun(asked, on, network);
    Variable x = run.input("x");
    Pass pass = Pass.inference();
    Condition told = Condition.none().withLabels(GuidanceRunner.labels(asked));
    run.compare(network, network.predict(new Query(x, run.times(), told, pass)), results);

    int[] classes =
        Arrays.stream(asked.longs("input.classes")).mapToInt(Math::toIntExact).toArray();
    Condition all = Condition.none().withLabels(classes);
    Variable known = network.predict(new Query(x, run.times(), all, pass));
    Variable unknown = network.predict(Query.of(x, run.times(), pass));
    results.check("output.null", unknown.value());
    results.check(
        "output.guided",
        GuidanceRunner.guidance(asked.attrs().path("guidance"))
            .guided(known, unknown)
            .value());
  }

  private static UNetConfig config(JsonNode kwargs) {
    List<Integer> multipliers =
        LucidrainsConfig.each(kwargs.path("dim_mults"), List.of(1, 2, 4, 8), JsonNode::asInt);
    AttentionPlan plan = AttentionPlan.signal(
        multipliers.size(),
        kwargs.path("attn_heads").asInt(4),
        kwargs.path("attn_dim_head").asInt(32));
    return UNetConfig.image(
            BlockVersion.GUIDED,
            kwargs.path("channels").asInt(3),
            kwargs.path("dim").asInt(),
            multipliers)
        .attention(plan)
        .build();
  }
}
