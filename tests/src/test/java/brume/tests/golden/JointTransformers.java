package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.exchange.JointFile;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.joint.JointTransformer;
import brume.tensor.kernel.Backend;
import java.io.IOException;

/** The transformer of Stable Diffusion 3, its settings and parameters in files beside the case. */
final class JointTransformers implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("diffusers")
        && asked.attrs().path("class").asText().equals("SD3Transformer2DModel");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JointTransformer network = JointFile.open(NetworkRun.folder(asked), on);
    NetworkRun run = new NetworkRun(asked, on);
    Context said =
        Context.of(run.inputAsIs("encoder_hidden_states")).withVector(run.input("pooled"));
    Condition told = Condition.none().withContext(said);
    Variable y = network.predict(new Query(run.input("x"), run.times(), told, Pass.inference()));
    run.compare(network, y, results);
  }
}
