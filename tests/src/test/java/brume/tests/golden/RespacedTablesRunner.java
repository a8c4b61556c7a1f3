package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Levels;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.DdimStep;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.TimestepSpacing;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The tables of ddpm-torch's DDIM, which it sees as a process with another posterior. Brume has no
 * such tables: the factors of a step are read off steps of unit numbers.
 */
final class RespacedTablesRunner implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("schedule")
        && asked.has("output.subsequence")
        && asked.attrs().path("model_var_type").asText().equals("fixed-small")
        && ProcessSettings.of(asked).is(ProcessSettings.TQCH)
        && ProcessSettings.of(asked).isKnown();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    ReverseProcess p = ProcessSettings.of(asked).reverse(Clipping.none());
    boolean linear = asked.attrs().path("skip_schedule").asText().equals("linear");
    int[] times = (linear ? TimestepSpacing.STRIDED : TimestepSpacing.QUADRATIC)
        .times(p.q().steps(), asked.attrs().path("size").asInt());
    double eta = asked.attrs().path("eta").asDouble();
    Levels levels = Levels.through(p.q(), times);
    DdimStep ddim = DdimStep.of(eta);

    double[] ofX0 = step(ddim, levels, on, 0, 1, 0), ofXt = step(ddim, levels, on, 1, 0, 0);
    double[] sigma = step(ddim, levels, on, 0, 0, 1);
    Map<String, IntToDoubleFunction> tables =
        new HashMap<>(ScheduleRunner.tables(asked, levels.q()));
    tables.put("posterior_mean_coef1", k -> ofX0[k]);
    tables.put("posterior_mean_coef2", k -> ofXt[k]);
    for (String variance : new String[] {"posterior_var", "fixed_model_var"}) {
      tables.put(variance, k -> sigma[k] * sigma[k]);
    }
    for (String logarithm : new String[] {"posterior_logvar_clipped", "fixed_model_logvar"}) {
      tables.put(logarithm, k -> 2 * Math.log(sigma[Math.max(k, 1)]));
    }
    for (String name : asked.outputs()) {
      results.check(
          "output." + name,
          IntStream.range(0, times.length)
              .mapToDouble(name.equals("subsequence") ? k -> times[k] : tables.get(name))
              .toArray());
    }
  }

  /** Where the step of each level leads from these numbers. */
  private static double[] step(
      DdimStep ddim, Levels levels, Backend on, double xt, double x0, double z) {
    double[] next = new double[levels.count()];
    for (int k = 0; k < next.length; k++) {
      Estimate now = Estimate.ofData(levels.at(k), number(on, xt), number(on, x0));
      next[k] = ddim.next(now, (x, level) -> now, () -> number(on, z)).value().item();
    }
    return next;
  }

  private static Variable number(Backend on, double value) {
    return Variable.constant(Tensor.of(on, Shape.of(1, 1), new double[] {value}));
  }
}
