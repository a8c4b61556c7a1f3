package brume.tests.golden;

import brume.diffusion.exchange.Imported;
import brume.diffusion.run.Model;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.util.Optional;

/** The network of diffusers, its settings and parameters in files beside the case. */
final class DiffusersModels implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("diffusers")
        && asked.attrs().path("class").asText().equals("UNet2DModel")
        && opened(asked).isPresent();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Model network = opened(asked).orElseThrow().model(on);
    NetworkRun run = new NetworkRun(asked, on);
    run.compare(
        network, network.predict(Query.of(run.input("x"), run.times(), Pass.inference())), results);
  }

  /** The folder around the case. */
  private static Optional<Imported> opened(GoldenCase asked) {
    try {
      return Optional.of(
          Imported.open(asked.path().toAbsolutePath().getParent(), Optional.empty()));
    } catch (IOException unsupported) {
      return Optional.empty();
    }
  }
}
