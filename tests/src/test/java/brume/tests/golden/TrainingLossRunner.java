package brume.tests.golden;

import static brume.autograd.function.pointwise.Affine.affine;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.objective.DenoisingLoss;
import brume.diffusion.objective.HybridLoss;
import brume.diffusion.objective.LossWeighting;
import brume.diffusion.objective.Noising;
import brume.diffusion.objective.TrainingLoss;
import brume.diffusion.objective.VariationalLoss;
import brume.diffusion.objective.WeightedLoss;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.nn.Clock;
import brume.nn.Denoiser;
import brume.nn.Labelled;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** Training losses, of the batch and of every sample, and their gradients. */
final class TrainingLossRunner implements CaseRunner {

  private static final String KNOWN =
      "loss|loss_mean|loss_per_sample|losses|vb|mse|p_mean_variance\\.("
          + "mean|variance|log_variance|x_start)";

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("loss")
        && asked.has("input.t")
        && SmallDenoiser.isIn(asked)
        && ProcessSettings.of(asked).isKnown()
        && asked.outputs().stream().allMatch(name -> name.matches(KNOWN));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Setting setting = new Setting(asked);
    String data = asked.has("input.image") ? "image" : asked.has("input.x_0") ? "x_0" : "x_start";
    Tensor given = ChannelsLast.load(asked, "input." + data, on);
    SmallDenoiser denoiser = new SmallDenoiser(asked, given.shape().dim(-1), on);
    Tensor noise = setting.noise(on);
    int[] t = ProcessInputs.times(asked);

    checkSamples(setting, denoiser, given, noise, t, results);
    Variable x0 = Variable.parameter(given);
    Variable loss = setting.loss(denoiser, x0, noise, 0, t);
    double mean = loss.value().item();
    for (String name : new String[] {"loss", "loss_mean"}) {
      if (asked.has("output." + name) && asked.shape("output." + name).length == 0) {
        results.check("output." + name, mean);
      }
    }
    if (asked.has("input.x")) {
      setting.checkStep(denoiser, on, results);
    }
    Gradients gradients = loss.backward();
    denoiser.check(gradients, results);
    results.check("grad.input." + data, gradients.of(x0).orElseThrow());
  }

  /** The loss of a batch of one is the loss of its sample. */
  private static void checkSamples(
      Setting setting,
      SmallDenoiser denoiser,
      Tensor given,
      Tensor noise,
      int[] t,
      Comparison results) {
    double[] losses = new double[t.length], bounds = new double[t.length];
    double[] errors = new double[t.length];
    for (int n = 0; n < t.length; n++) {
      try (Scope sample = Scope.open()) {
        Variable x0 = Variable.constant(ProcessInputs.sample(given, n));
        Tensor epsilon = ProcessInputs.sample(noise, n);
        losses[n] = setting.loss(denoiser, x0, epsilon, n, t[n]).value().item();
        bounds[n] = setting.asked.has("output.vb") ? setting.bound(denoiser, x0, epsilon, t[n]) : 0;
        errors[n] = losses[n] - bounds[n];
      }
    }
    for (String name : new String[] {"loss", "losses", "loss_per_sample"}) {
      if (setting.asked.has("output." + name)
          && setting.asked.shape("output." + name).length == 1) {
        results.check("output." + name, losses);
      }
    }
    if (setting.asked.has("output.vb")) {
      results.check("output.vb", bounds);
    }
    if (setting.asked.has("output.mse")) {
      results.check("output.mse", errors);
    }
  }

  /** What a case minimizes. */
  private static final class Setting {
    private final GoldenCase asked;
    private final JsonNode attrs;
    private final ProcessSettings settings;

    Setting(GoldenCase asked) {
      this.asked = asked;
      this.attrs = asked.attrs();
      this.settings = ProcessSettings.of(asked);
    }

    Tensor noise(Backend on) {
      Tensor noise = ChannelsLast.load(asked, "input.noise", on);
      return asked.has("input.offset_noise")
          ? Noising.withOffset(
              noise,
              attrs.path("offset_noise_strength").asDouble(),
              asked.doubles("input.offset_noise"))
          : noise;
    }

    Variable loss(SmallDenoiser denoiser, Variable given, Tensor noise, int first, int... t) {
      Variable x0 = asked.has("input.image") ? affine(given, 2, -1) : given;
      boolean conditioned = attrs.path("self_condition_taken").asBoolean();
      Noising noising = Noising.of(t, Variable.constant(noise), conditioned);
      return trainingLoss().loss(told(clocked(denoiser), first), x0, noising, Pass.inference());
    }

    /** The denoiser as it is told the classes of samples from one on. */
    private Denoiser told(Denoiser denoiser, int first) {
      if (!asked.has("input.classes")) {
        return denoiser;
      }
      int[] all = GuidanceRunner.labels(asked);
      return query -> {
        int[] labels = Arrays.copyOfRange(all, first, first + query.times().length);
        return new Labelled(denoiser, labels).predict(query);
      };
    }

    /** The weighted bound of one sample. */
    double bound(SmallDenoiser denoiser, Variable x0, Tensor noise, int t) {
      int[] times = {t};
      Variable xt = settings.forward().sample(x0, times, Variable.constant(noise));
      Variable output = clocked(denoiser).predict(Query.of(xt, new double[] {t}, Pass.inference()));
      return factor() * bound().term(x0, xt, times, output).value().item();
    }

    private Denoiser clocked(SmallDenoiser denoiser) {
      return attrs.path("rescale_timesteps").asBoolean()
          ? Clock.rescaled(denoiser, settings.forward().steps())
          : denoiser;
    }

    private TrainingLoss trainingLoss() {
      ForwardProcess q = settings.forward();
      String type = attrs.path("loss_type").asText("mse");
      if (type.endsWith("KL") || type.equals("kl")) {
        return new VariationalLoss(bound(), type.startsWith("RESCALED") ? q.steps() : 1);
      }
      if (settings.is(ProcessSettings.WEIGHTED)) {
        return new WeightedLoss(
            q,
            attrs.path("pred_noise_loss_weight").asDouble(0.1),
            attrs.path("pred_x_start_loss_weight").asDouble(0.1));
      }
      DenoisingLoss simple = new DenoisingLoss(q, settings.prediction(), weighting());
      HybridLoss.Stop stop = settings.is(ProcessSettings.LUCIDRAINS)
          ? HybridLoss.Stop.MEAN
          : HybridLoss.Stop.PREDICTION;
      return settings.variance().isLearned()
          ? new HybridLoss(simple, bound(), factor(), stop)
          : simple;
    }

    private LossWeighting weighting() {
      if (!settings.is(ProcessSettings.LUCIDRAINS) || settings.variance().isLearned()) {
        return LossWeighting.uniform();
      }
      Prediction prediction = settings.prediction();
      return attrs.path("min_snr_loss_weight").asBoolean()
          ? LossWeighting.minSnr(prediction, attrs.path("min_snr_gamma").asDouble(5))
          : LossWeighting.equivalentToEpsilon(prediction);
    }

    private double factor() {
      boolean rescaled = attrs.path("loss_type").asText().equals("RESCALED_MSE");
      double improved = rescaled ? settings.forward().steps() / 1000.0 : 1;
      return attrs.path("vb_loss_weight").asDouble(improved);
    }

    private VariationalBound bound() {
      Clipping clipping =
          attrs.path("clip_denoised").asBoolean() ? Clipping.unit() : Clipping.none();
      return new VariationalBound(
          settings.reverse(clipping), settings.is(ProcessSettings.LUCIDRAINS) ? 1e-15 : 1e-12);
    }

    /** The step back at a given x_t, which some loss cases hold too. */
    void checkStep(SmallDenoiser denoiser, Backend on, Comparison results) {
      ReverseProcess p = bound().process();
      int[] t = ProcessInputs.times(asked);
      Variable xt = ProcessInputs.constant(asked, "x", on);
      Variable output = denoiser.predict(Query.of(xt, ProcessInputs.doubles(t), Pass.inference()));
      Variable x0 = p.x0(xt, t, output);
      Tensor logVariance = p.logVariance(t, output).value();
      results.check("output.p_mean_variance.mean", p.mean(x0, xt, t, output).value());
      results.check("output.p_mean_variance.x_start", x0.value());
      results.check("output.p_mean_variance.log_variance", logVariance);
      double[] variance = ChannelsLast.unload(logVariance);
      for (int i = 0; i < variance.length; i++) {
        variance[i] = Math.exp(variance[i]);
      }
      results.check("output.p_mean_variance.variance", variance);
    }
  }
}
