package brume.tests.golden;

import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.diffusion.exchange.PriorFile;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.prior.PriorTransformer;
import brume.nn.prior.TextProjection;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** The prior of unCLIP and the projection before its decoder, in folders beside the case. */
final class Priors implements CaseRunner {

  private static final String PROJECTION = "UnCLIPTextProjModel";
  private static final Set<String> CLASSES = Set.of("PriorTransformer", PROJECTION);

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("model")
        && asked.attrs().path("system").asText().equals("diffusers")
        && CLASSES.contains(asked.attrs().path("class").asText());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    NetworkRun run = new NetworkRun(asked, on);
    if (asked.attrs().path("class").asText().equals(PROJECTION)) {
      project(run, PriorFile.openProjection(NetworkRun.folder(asked), on), results);
      return;
    }
    PriorTransformer network = PriorFile.open(NetworkRun.folder(asked), on);
    Context said = Context.of(run.inputAsIs("encoder_hidden_states"))
        .withVector(run.input("proj_embedding"))
        .withShown(ConditionalUnets.flags(asked, "input.attention_mask"));
    Condition told = Condition.none().withContext(said);
    Variable y = network.predict(new Query(run.input("x"), run.times(), told, Pass.inference()));
    run.compare(
        network,
        Map.of("y", y, "post_processed", network.toPictureVector(run.input("x"))),
        results);
  }

  private static void project(NetworkRun run, TextProjection layers, Comparison results) {
    Variable pictures = run.input("image_embeddings"), words = run.input("prompt_embeds");
    int guided = words.shape().dim(0) - pictures.shape().dim(0); // rows that are told no picture
    Variable all = guided == 0 ? pictures : concatenate(0, layers.noPicture(guided), pictures);
    Context context = layers.context(all, words, run.inputAsIs("text_encoder_hidden_states"));
    run.compareAsIs(
        layers,
        Map.of(
            "hidden_states", context.tokens(),
            "additive_time", context.vector().orElseThrow()),
        results);
  }
}
