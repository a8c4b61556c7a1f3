package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.sampler.DdimSampler;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.TimestepSpacing;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
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
    DdimSampler sampler = DdimSampler.through(p, eta, NoiseEstimate.FROM_X0, times);

    double[] ofX0 = step(sampler, on, 0, 1, 0), ofXt = step(sampler, on, 1, 0, 0);
    double[] sigma = step(sampler, on, 0, 0, 1);
    Map<String, IntToDoubleFunction> tables =
        new HashMap<>(ScheduleRunner.tables(asked, sampler.process().q()));
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

  /** Where each step leads from these numbers. */
  private static double[] step(DdimSampler sampler, Backend on, double xt, double x0, double z) {
    int[] k = IntStream.range(0, sampler.steps()).toArray();
    Variable at = filled(on, k.length, xt);
    return sampler
        .step(at, k, at, filled(on, k.length, x0), () -> filled(on, k.length, z))
        .value()
        .toDoubles();
  }

  private static Variable filled(Backend on, int samples, double value) {
    double[] values = new double[samples];
    Arrays.fill(values, value);
    return Variable.constant(Tensor.of(on, Shape.of(samples, 1), values));
  }
}
