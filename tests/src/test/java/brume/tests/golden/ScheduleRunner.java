package brume.tests.golden;

import static brume.tests.golden.ProcessSettings.IMPROVED;
import static brume.tests.golden.ProcessSettings.LUCIDRAINS;
import static brume.tests.golden.ProcessSettings.TQCH;

import brume.diffusion.objective.LossWeighting;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseVariance;
import brume.tensor.kernel.Backend;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/** Tables of schedules: β and all that follows from it. */
final class ScheduleRunner implements CaseRunner {

  private static final Set<String> SYSTEMS = Set.of(LUCIDRAINS, IMPROVED, TQCH);

  @Override
  public boolean knows(GoldenCase asked) {
    ProcessSettings settings = ProcessSettings.ofTable(asked);
    return asked.kind().equals("schedule")
        && !asked.has("output.subsequence")
        && SYSTEMS.contains(settings.system())
        && settings.schedule().isPresent()
        && tables(asked, settings.forward()).keySet().containsAll(asked.outputs());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    ForwardProcess q = ProcessSettings.ofTable(asked).forward();
    Map<String, IntToDoubleFunction> tables = tables(asked, q);
    for (String name : asked.outputs()) {
      double[] values = new double[q.steps()];
      for (int t = 0; t < values.length; t++) {
        values[t] = tables.get(name).applyAsDouble(t);
      }
      results.check("output." + name, values);
    }
  }

  /** The systems' names of tables; where two agree on a name, they agree on its meaning. */
  static Map<String, IntToDoubleFunction> tables(GoldenCase asked, ForwardProcess q) {
    NoiseSchedule s = q.schedule();
    Map<String, IntToDoubleFunction> tables = new HashMap<>();
    tables.put("betas", s::beta);
    tables.put("alphas", s::alpha);
    tables.put("alphas_cumprod_next", s::alphaBarAfter);
    tables.put("log_one_minus_alphas_cumprod", t -> Math.log(1 - s.alphaBar(t)));
    for (String name : new String[] {"alphas_cumprod", "alphas_bar"}) {
      tables.put(name, s::alphaBar);
      tables.put(name + "_prev", s::alphaBarBefore);
      tables.put("sqrt_" + name, q::signal);
      tables.put("sqrt_" + name + "_prev", t -> Math.sqrt(s.alphaBarBefore(t)));
      tables.put("sqrt_one_minus_" + name, q::noise);
      tables.put("sqrt_recip_" + name, t -> 1 / q.signal(t));
    }
    tables.put("sqrt_recipm1_alphas_cumprod", t -> Math.sqrt(1 / s.alphaBar(t) - 1));
    tables.put("sqrt_recip_m1_alphas_bar", t -> Math.sqrt(1 / s.alphaBar(t) - 1));
    tables.put("posterior_variance", q::posteriorVariance);
    tables.put("posterior_var", q::posteriorVariance);
    tables.put("posterior_log_variance_clipped", q::posteriorLogVariance);
    tables.put("posterior_logvar_clipped", q::posteriorLogVariance);
    tables.put("posterior_mean_coef1", q::posteriorOfX0);
    tables.put("posterior_mean_coef2", q::posteriorOfXt);
    IntToDoubleFunction large = t -> ReverseVariance.FIXED_LARGE.logVariance(q, t);
    tables.put("FIXED_LARGE.log_variance", large);
    tables.put("FIXED_LARGE.variance", t -> Math.exp(large.applyAsDouble(t)));
    tables.put("fixed-large.model_logvar", large);
    Map<String, Prediction> predictions =
        Map.of("pred_noise", Prediction.EPSILON, "pred_x0", Prediction.X0, "pred_v", Prediction.V);
    double gamma = asked.attrs().path("min_snr_gamma").asDouble(5);
    predictions.forEach((name, prediction) -> {
      LossWeighting plain = LossWeighting.equivalentToEpsilon(prediction);
      LossWeighting limited = LossWeighting.minSnr(prediction, gamma);
      tables.put("loss_weight." + name, t -> plain.weight(s.snr(t)));
      tables.put("loss_weight." + name + ".min_snr", t -> limited.weight(s.snr(t)));
    });
    return tables;
  }
}
