package brume.tests.golden;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.objective.DenoisingLoss;
import brume.diffusion.objective.LossWeighting;
import brume.diffusion.objective.TrainingLoss;
import brume.diffusion.objective.VariationalLoss;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.LogVarianceFloor;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.nn.Pass;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.optim.Ema;
import brume.nn.optim.EmaRule;
import brume.nn.optim.LearningRate;
import brume.nn.unet.ddpm.DdpmUNet;
import brume.tensor.Scope;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** Training as the trainer of ddpm-torch does it. */
final class TqchTraining implements CaseRunner {

  private static final Map<String, Prediction> PREDICTIONS =
      Map.of("eps", Prediction.EPSILON, "x_0", Prediction.X0, "mean", Prediction.MEAN);
  private static final Map<String, ReverseVariance> VARIANCES = Map.of(
      "fixed-small", ReverseVariance.FIXED_SMALL, "fixed-large", ReverseVariance.FIXED_LARGE);
  private static final double PIXEL_FLOOR = 1e-12;

  @Override
  public boolean knows(GoldenCase asked) {
    JsonNode attrs = asked.attrs();
    return asked.kind().equals("train")
        && attrs.path("system").asText().equals("tqch")
        && attrs.path("optimizer").asText().equals("Adam")
        && attrs.path("schedule").asText().equals("linear")
        && PREDICTIONS.containsKey(attrs.path("model_mean_type").asText())
        && VARIANCES.containsKey(attrs.path("model_var_type").asText());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    JsonNode attrs = asked.attrs();
    DdpmUNet network = new DdpmUNet(
        on,
        RandomKey.of(0),
        TqchModels.config(attrs.path("unet"), attrs.path("num_groups").asInt()));
    TrainingRun run = new TrainingRun(asked, on, network, results);
    TrainingLoss objective = objective(attrs);
    JsonNode betas = attrs.path("betas");
    Adam adam = new Adam(
        network.parameters(),
        new AdamConfig(
            betas.path(0).asDouble(), betas.path(1).asDouble(), AdamConfig.EPS, 0, false));
    LearningRate rate = LearningRate.constant(attrs.path("lr").asDouble())
        .withWarmup(attrs.path("warmup").asLong());
    Ema ema =
        new Ema(new EmaRule.DdpmTorch(attrs.path("ema_decay").asDouble()), network.parameters());

    int parts = attrs.path("num_accum").asInt();
    double[] losses = new double[attrs.path("micro_batches").asInt()];
    double[] rates = new double[losses.length];
    for (int first = 0; first < losses.length; first += parts) {
      try (Scope step = Scope.open()) {
        double learningRate = rate.at(adam.steps());
        Gradients sum = null;
        for (int batch = first; batch < first + parts; batch++) {
          Variable loss = objective.loss(
              network,
              Variable.constant(run.images(batch)),
              run.noising(batch, false),
              Pass.training(RandomKey.of(batch)));
          losses[batch] = loss.value().item();
          rates[batch] = learningRate;
          Gradients part = loss.backward().times(1.0 / parts);
          sum = sum == null ? part : sum.plus(part);
        }
        if (sum == null) {
          throw new IllegalStateException("expected a batch at least");
        }
        run.step(sum, attrs.path("grad_norm").asDouble(), adam, learningRate);
        ema.update();
      }
    }
    results.check("output.loss", losses);
    results.check("output.lr", rates);
    run.end();
    run.end("output.ema.", ema);
  }

  private static TrainingLoss objective(JsonNode attrs) {
    NoiseSchedule schedule = NoiseSchedule.linear(
        attrs.path("timesteps").asInt(),
        attrs.path("beta_start").asDouble(),
        attrs.path("beta_end").asDouble());
    ForwardProcess q = new ForwardProcess(schedule, LogVarianceFloor.SECOND_STEP);
    Prediction prediction = PREDICTIONS.get(attrs.path("model_mean_type").asText());
    if (attrs.path("loss_type").asText().equals("mse")) {
      return new DenoisingLoss(q, prediction, LossWeighting.uniform());
    }
    ReverseVariance variance = VARIANCES.get(attrs.path("model_var_type").asText());
    ReverseProcess p = new ReverseProcess(q, prediction, variance, Clipping.none());
    return new VariationalLoss(new VariationalBound(p, PIXEL_FLOOR), 1);
  }
}
