package brume.tests.golden;

import brume.diffusion.exchange.NetworkFile;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.io.Weights;
import brume.nn.unet.diffusers.UNet2D;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The network of diffusers, its settings and parameters in files beside the case. */
final class DiffusersModels implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("diffusers")
        && asked.attrs().path("class").asText().equals("UNet2DModel")
        && config(asked).isPresent();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    UNet2D network = new UNet2D(on, RandomKey.of(0), config(asked).orElseThrow().network());
    Weights.load(beside(asked, "weights"), network.parameters());
    NetworkRun run = new NetworkRun(asked, on);
    run.compare(
        network, network.predict(Query.of(run.input("x"), run.times(), Pass.inference())), results);
  }

  private static Optional<NetworkFile> config(GoldenCase asked) {
    try {
      return Optional.of(NetworkFile.read(beside(asked, "config")));
    } catch (IOException unsupported) {
      return Optional.empty();
    }
  }

  private static Path beside(GoldenCase asked, String attribute) {
    return asked.path().resolveSibling(asked.attrs().path(attribute).asText());
  }
}
