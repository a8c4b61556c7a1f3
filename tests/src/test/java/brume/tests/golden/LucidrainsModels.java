package brume.tests.golden;

import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** The networks of denoising-diffusion-pytorch, for images and signals, of both generations. */
final class LucidrainsModels implements CaseRunner {

  private static final Map<String, BlockVersion> VERSIONS =
      Map.of("lucidrains_2023", BlockVersion.GROUP_NORM, "lucidrains", BlockVersion.RMS_NORM);

  @Override
  public boolean knows(GoldenCase asked) {
    String type = asked.attrs().path("class").asText();
    return asked.kind().equals("model")
        && VERSIONS.containsKey(asked.attrs().path("system").asText())
        && (type.equals("Unet") || type.equals("Unet1D"))
        && LucidrainsConfig.knows(asked.attrs().path("kwargs"));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    UNet network = new UNet(on, RandomKey.of(0), config(asked.attrs()));
    NetworkRun run = new NetworkRun(asked, on, network);
    Variable x = run.input("x");
    Pass pass = Pass.inference();
    Condition known = asked.has("input.x_self_cond")
        ? Condition.none().withFormer(run.input("x_self_cond"))
        : Condition.none();
    Variable y = network.predict(new Query(x, run.times(), known, pass));
    run.compare(network, y, results);
  }

  private static UNetConfig config(JsonNode attrs) {
    BlockVersion version = VERSIONS.get(attrs.path("system").asText());
    JsonNode kwargs = attrs.path("kwargs");
    return attrs.path("class").asText().equals("Unet")
        ? LucidrainsConfig.image(version, kwargs)
        : LucidrainsConfig.signal(version, kwargs);
  }
}
