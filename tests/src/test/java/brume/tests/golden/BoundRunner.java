package brume.tests.golden;

import brume.autograd.Variable;
import brume.diffusion.likelihood.BitsPerDimension;
import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ReverseProcess;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
import java.util.function.ToDoubleBiFunction;

/** The variational bound of images, all its terms in bits per dimension. */
final class BoundRunner implements CaseRunner {

  private static final String TERM_WITHOUT_CLIPPING = "vb_terms_t(\\d+)_noclip";
  private static final String KNOWN =
      "total_bpd|prior_bpd|terms|vb|x_0_mse|xstart_mse|mse|" + TERM_WITHOUT_CLIPPING;
  private static final double FLOOR = 1e-12;

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("loss")
        && asked.has("output.total_bpd")
        && SmallDenoiser.isIn(asked)
        && ProcessSettings.of(asked).isKnown()
        && !ProcessSettings.of(asked).is(ProcessSettings.LUCIDRAINS)
        && asked.outputs().stream().allMatch(name -> name.matches(KNOWN));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    boolean clipped = asked.attrs().path("clip_denoised").asBoolean(true);
    ReverseProcess p =
        ProcessSettings.of(asked).reverse(clipped ? Clipping.unit() : Clipping.none());
    String data = asked.has("input.x_0") ? "x_0" : "x_start";
    Tensor x0 = ChannelsLast.load(asked, "input." + data, on);
    SmallDenoiser denoiser = new SmallDenoiser(asked, x0.shape().dim(-1), on);
    BitsPerDimension bits = BitsPerDimension.of(
        new VariationalBound(p, FLOOR),
        denoiser,
        x0,
        t -> ProcessInputs.entry(asked, "noise", t, on));

    int samples = x0.shape().dim(0), steps = p.q().steps();
    for (String name : asked.outputs()) {
      String tensor = "output." + name;
      switch (name) {
        case "total_bpd" -> results.check(tensor, table(samples, 1, (n, t) -> bits.total(n)));
        case "prior_bpd" -> results.check(tensor, table(samples, 1, (n, t) -> bits.prior(n)));
        case "terms", "vb" -> results.check(tensor, table(samples, steps, bits::term));
        case "x_0_mse", "xstart_mse" -> results.check(tensor, table(samples, steps, bits::x0Error));
        case "mse" -> results.check(tensor, table(samples, steps, bits::epsilonError));
        default -> {
          int t = Integer.parseInt(name.replaceAll(TERM_WITHOUT_CLIPPING, "$1"));
          results.check(tensor, term(asked, p.withClipping(Clipping.none()), denoiser, x0, t));
        }
      }
    }
  }

  private static double[] term(
      GoldenCase asked, ReverseProcess p, SmallDenoiser denoiser, Tensor data, int time) {
    int[] t = new int[data.shape().dim(0)];
    Arrays.fill(t, time);
    Tensor noise = ProcessInputs.entry(asked, "noise", time, data.device());
    Variable x0 = Variable.constant(data);
    Variable xt = p.q().sample(x0, t, Variable.constant(noise));
    Variable output = denoiser.predict(Query.of(xt, ProcessInputs.doubles(t), Pass.inference()));
    return new VariationalBound(p, FLOOR).term(x0, xt, t, output).value().toDoubles();
  }

  private static double[] table(
      int samples, int steps, ToDoubleBiFunction<Integer, Integer> value) {
    double[] table = new double[samples * steps];
    for (int i = 0; i < table.length; i++) {
      table[i] = value.applyAsDouble(i / steps, i % steps);
    }
    return table;
  }
}
