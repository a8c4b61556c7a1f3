package brume.tests.golden;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.objective.BestCandidate;
import brume.diffusion.objective.DenoisingLoss;
import brume.diffusion.objective.ImmiscibleNoise;
import brume.diffusion.objective.LossWeighting;
import brume.diffusion.objective.Noising;
import brume.nn.Pass;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Losses of lucidrains whose noise is chosen: dealt out to the samples near it, or the best of several. */
final class ChosenNoiseRunner implements CaseRunner {

  private static final String DEALT = "lucidrains_immiscible", BEST = "lucidrains_xm";
  private static final Set<String> KNOWN =
      Set.of("loss", "loss_per_sample", "assign", "candidate_losses", "winner");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("loss")
        && Set.of(DEALT, BEST).contains(system(asked))
        && SmallDenoiser.isIn(asked)
        && ProcessSettings.of(asked).isKnown()
        && KNOWN.containsAll(asked.outputs());
  }

  private static String system(GoldenCase asked) {
    return asked.attrs().path("system").asText();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    ProcessSettings settings = ProcessSettings.of(asked);
    String data = asked.has("input.image") ? "image" : "x_start";
    Variable given = Variable.parameter(ChannelsLast.load(asked, "input." + data, on));
    Variable x0 = data.equals("image") ? affine(given, 2, -1) : given;
    SmallDenoiser denoiser = new SmallDenoiser(asked, given.shape().dim(-1), on);
    DenoisingLoss loss = new DenoisingLoss(
        settings.forward(),
        settings.prediction(),
        LossWeighting.equivalentToEpsilon(settings.prediction()));
    int[] t = ProcessInputs.times(asked);
    Tensor chosen = system(asked).equals(BEST)
        ? best(asked, on, results, loss, denoiser, x0, t)
        : dealt(asked, on, results, x0);
    Variable losses = loss.losses(
        denoiser, x0, Noising.of(t, Variable.constant(chosen), false), Pass.inference());
    Variable whole = mean(losses);
    if (asked.has("output.loss_per_sample")) {
      results.checkAsIs("output.loss_per_sample", losses.value());
    }
    results.check("output.loss", whole.value().item());
    Gradients gradients = whole.backward();
    denoiser.check(gradients, results);
    results.check("grad.input." + data, gradients.of(given).orElseThrow());
  }

  private static Tensor dealt(GoldenCase asked, Backend on, Comparison results, Variable x0) {
    Tensor noise = ChannelsLast.load(asked, "input.noise", on);
    int[] assignment = ImmiscibleNoise.assignment(x0.value(), noise);
    results.check("output.assign", Arrays.stream(assignment).asLongStream().toArray());
    return ImmiscibleNoise.dealtTo(x0.value(), noise);
  }

  /** Row n·K + k of the noise is candidate k of sample n. */
  private static Tensor best(
      GoldenCase asked,
      Backend on,
      Comparison results,
      DenoisingLoss loss,
      SmallDenoiser denoiser,
      Variable x0,
      int... t) {
    int count = asked.attrs().path("candidates").asInt(), samples = t.length;
    Tensor noise = ChannelsLast.load(asked, "input.noise", on);
    List<Tensor> candidates = IntStream.range(0, count)
        .mapToObj(k -> {
          Tensor rows = x0.value().like();
          int size = rows.shape().size() / samples;
          double[] all = noise.toDoubles(), own = new double[samples * size];
          for (int n = 0; n < samples; n++) {
            System.arraycopy(all, (n * count + k) * size, own, n * size, size);
          }
          return Tensor.of(on, rows.shape(), own);
        })
        .toList();
    List<double[]> seen = new ArrayList<>();
    int[] winners = BestCandidate.winners(candidates, epsilon -> {
      Variable losses = loss.losses(denoiser, x0, Noising.of(t, epsilon, false), Pass.inference());
      seen.add(losses.value().toDoubles());
      return losses;
    });
    double[] ofEach = new double[samples * count];
    Arrays.setAll(ofEach, i -> seen.get(i % count)[i / count]);
    results.check("output.candidate_losses", ofEach);
    results.check("output.winner", Arrays.stream(winners).asLongStream().toArray());
    return BestCandidate.picked(candidates, winners);
  }
}
