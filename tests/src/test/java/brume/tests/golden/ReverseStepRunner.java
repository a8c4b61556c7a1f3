package brume.tests.golden;

import static brume.autograd.function.shape.Slice.slice;
import static brume.tests.golden.ProcessInputs.constant;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.ReverseVariance;
import brume.diffusion.sampler.DdimStep;
import brume.diffusion.sampler.DdpmStep;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** One step back: mean, variance and estimates of p(x_{t−1} | x_t), and samples of it. */
final class ReverseStepRunner implements CaseRunner {

  private static final String QUANTITY =
      "(mean|variance|var|log_variance|logvar|x_start|pred_xstart|pred_x_0)";
  private static final String KNOWN = "(p_mean_variance\\.)?(clip|noclip)\\." + QUANTITY
      + "|model_predictions\\.(plain|clip|clip_rederive)\\.(pred_noise|pred_x_start)"
      + "|x|x_start|p_sample|p_sample_step|ddim_sample|ddim_reverse_sample";

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("diffusion")
        && SmallDenoiser.isIn(asked)
        && (asked.has("input.t") || asked.attrs().has("t"))
        && ProcessSettings.of(asked).isKnown()
        && asked.outputs().stream().allMatch(name -> name.matches(KNOWN));
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    for (String name : asked.outputs()) {
      Step step = new Step(asked, name.contains("noclip") || name.contains("plain"), on);
      String[] parts = name.split("\\.");
      step.check(parts[parts.length - 1], "output." + name, results);
    }
  }

  /** Steps back do not ask again. */
  private static final Denoised UNUSED = (xt, level) -> {
    throw new IllegalStateException("expected a step that asks once");
  };

  /** A step with its noise at hand. */
  @FunctionalInterface
  private interface StepWithNoise {
    Variable next(Estimate now, Variable z);
  }

  /** A network's answer at some x_t, and what follows from it. */
  private static final class Step {
    private final GoldenCase asked;
    private final Backend on;
    private final boolean clipped;
    private final ReverseProcess p;
    private final int[] t;
    private final Variable xt, output, x0;

    Step(GoldenCase asked, boolean unclipped, Backend on) {
      this.asked = asked;
      this.on = on;
      this.clipped = !unclipped;
      this.p = ProcessSettings.of(asked).reverse(unclipped ? Clipping.none() : Clipping.unit());
      this.xt = constant(asked, "x", on);
      int[] same = new int[xt.shape().dim(0)];
      Arrays.fill(same, asked.attrs().path("t").asInt());
      this.t = asked.has("input.t") ? ProcessInputs.times(asked) : same;
      SmallDenoiser denoiser = new SmallDenoiser(asked, xt.shape().dim(-1), on);
      this.output = denoiser.predict(Query.of(xt, ProcessInputs.doubles(t), Pass.inference()));
      this.x0 = p.x0(xt, t, output);
    }

    void check(String quantity, String tensor, Comparison results) {
      switch (quantity) {
        case "mean" -> results.check(tensor, p.mean(x0, xt, t, output).value());
        case "variance", "var" -> results.check(tensor, variance(asked.shape(tensor)));
        case "log_variance", "logvar" -> results.check(tensor, logVariance(asked.shape(tensor)));
        case "x_start", "pred_xstart", "pred_x_0", "pred_x_start" ->
          results.check(tensor, x0.value());
        case "pred_noise" ->
          results.check(tensor, epsilon(tensor.contains("clip_rederive")).value());
        case "x", "p_sample", "p_sample_step" ->
          results.check(tensor, each((now, z) -> DdpmStep.USUAL.next(now, UNUSED, () -> z)));
        case "ddim_sample" ->
          results.check(tensor, each((now, z) -> ddim().next(now, UNUSED, () -> z)));
        case "ddim_reverse_sample" ->
          results.check(tensor, each((now, z) -> ddim().toNoise(now)));
        default -> throw new IllegalArgumentException(quantity);
      }
    }

    /** Unless asked to derive the noise anew, lucidrains does so except where it is predicted. */
    private Variable epsilon(boolean rederive) {
      return clipped && (rederive || p.prediction() != Prediction.EPSILON)
          ? p.q().epsilonFromX0(xt, t, x0)
          : p.epsilon(xt, t, output);
    }

    private DdimStep ddim() {
      return DdimStep.of(asked.attrs().path("eta").asDouble());
    }

    /** Steps of samples that are at levels of their own, one after the other. */
    private double[] each(StepWithNoise step) {
      Levels levels = Levels.all(p.q());
      Optional<Variable> noise =
          asked.has("input.noise") ? Optional.of(constant(asked, "noise", on)) : Optional.empty();
      return IntStream.range(0, t.length)
          .mapToObj(n -> {
            Estimate now = new Estimate(p, levels.at(t[n]), at(n, xt), at(n, output), at(n, x0));
            Variable z = noise.map(all -> at(n, all)).orElse(now.xt());
            return ChannelsLast.unload(step.next(now, z).value());
          })
          .flatMapToDouble(Arrays::stream)
          .toArray();
    }

    private static Variable at(int sample, Variable x) {
      return slice(x, 0, sample, sample + 1);
    }

    private double[] logVariance(int[] shape) {
      return p.variance().isLearned()
          ? ChannelsLast.unload(p.logVariance(t, output).value())
          : spread(
              Arrays.stream(t)
                  .mapToDouble(s -> p.variance().logVariance(p.q(), s))
                  .toArray(),
              shape);
    }

    /** Of fixed variances, the systems store what is 0 at the first time in different ways. */
    private double[] variance(int[] shape) {
      if (p.variance() == ReverseVariance.FIXED_SMALL) {
        return spread(Arrays.stream(t).mapToDouble(p.q()::posteriorVariance).toArray(), shape);
      }
      if (p.variance() == ReverseVariance.FIXED_LARGE
          && ProcessSettings.of(asked).is(ProcessSettings.TQCH)) {
        return spread(Arrays.stream(t).mapToDouble(p.q().schedule()::beta).toArray(), shape);
      }
      return Arrays.stream(logVariance(shape)).map(Math::exp).toArray();
    }

    private static double[] spread(double[] perSample, int[] shape) {
      int size = Shape.of(shape).size() / perSample.length;
      return IntStream.range(0, perSample.length * size)
          .mapToDouble(i -> perSample[i / size])
          .toArray();
    }
  }
}
