package brume.tests.golden;

import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.objective.DenoisingLoss;
import brume.diffusion.objective.LossWeighting;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.PixelRange;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.Schedules;
import brume.nn.Pass;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.optim.Ema;
import brume.nn.optim.EmaRule.EmaPytorch;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.tensor.Scope;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Training as the trainer of denoising-diffusion-pytorch does it, with its averages. */
final class LucidrainsTraining implements CaseRunner {

  private static final Map<String, Prediction> PREDICTIONS =
      Map.of("pred_noise", Prediction.EPSILON, "pred_x0", Prediction.X0, "pred_v", Prediction.V);
  private static final double GAMMA = 5; // of min-SNR weights

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    JsonNode diffusion = attrs.path("diffusion");
    return asked.kind().equals("train")
        && attrs.path("system").asText().equals("lucidrains")
        && attrs.path("optimizer").asText().equals("Adam")
        && Set.of("linear", "cosine", "sigmoid")
            .contains(diffusion.path("beta_schedule").asText())
        && PREDICTIONS.containsKey(diffusion.path("objective").asText())
        && LucidrainsConfig.knows(attrs.path("unet"));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode attrs = asked.attrs();
    UNet network = new UNet(
        on, RandomKey.of(0), LucidrainsConfig.image(BlockVersion.RMS_NORM, attrs.path("unet")));
    TrainingRun run = new TrainingRun(asked, on, network, results);
    DenoisingLoss objective = objective(attrs.path("diffusion"));
    JsonNode betas = attrs.path("betas");
    Adam adam = new Adam(
        network.parameters(),
        new AdamConfig(
            betas.path(0).asDouble(), betas.path(1).asDouble(), AdamConfig.EPS, 0, false));
    Map<String, Ema> averages = new LinkedHashMap<>();
    attrs
        .path("ema")
        .properties()
        .forEach(entry -> averages.put(
            entry.getKey(),
            new Ema(
                Averages.rule(entry.getValue(), EmaPytorch.Version.V0_7_9), network.parameters())));

    int parts = attrs.path("gradient_accumulate_every").asInt(1);
    double[] losses = new double[attrs.path("steps").asInt()];
    for (int k = 0; k < losses.length; k++) {
      try (Scope step = Scope.open()) {
        Gradients sum = null;
        for (int batch = k * parts; batch < (k + 1) * parts; batch++) {
          boolean conditioned = asked.has("input.self_condition_taken")
              && asked.longs("input.self_condition_taken")[batch] != 0;
          Variable x0 = Variable.constant(PixelRange.toModel(run.images(batch)));
          Variable loss = scale(
              objective.loss(
                  network, x0, run.noising(batch, conditioned), Pass.training(RandomKey.of(batch))),
              1.0 / parts);
          losses[k] += loss.value().item();
          Gradients part = loss.backward();
          sum = sum == null ? part : sum.plus(part);
        }
        if (sum == null) {
          throw new IllegalStateException("expected a batch at least");
        }
        run.step(
            sum, attrs.path("max_grad_norm").asDouble(), adam, attrs.path("lr").asDouble());
        averages.values().forEach(Ema::update);
      }
    }
    results.check("output.loss", losses);
    run.end();
    averages.forEach((name, ema) -> run.end("output.ema." + name + ".", ema));
  }

  private static DenoisingLoss objective(JsonNode diffusion) {
    String schedule = diffusion.path("beta_schedule").asText();
    Prediction prediction = PREDICTIONS.get(diffusion.path("objective").asText());
    boolean minSnr = diffusion.path("min_snr_loss_weight").asBoolean();
    return new DenoisingLoss(
        new ForwardProcess(Schedules.CATALOG
            .named(schedule)
            .defaults()
            .create(diffusion.path("timesteps").asInt())),
        prediction,
        minSnr
            ? LossWeighting.minSnr(prediction, GAMMA)
            : LossWeighting.equivalentToEpsilon(prediction));
  }
}
