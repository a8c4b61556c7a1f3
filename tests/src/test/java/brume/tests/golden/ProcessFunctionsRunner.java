package brume.tests.golden;

import static brume.tests.golden.ProcessInputs.constant;

import brume.autograd.Variable;
import brume.diffusion.objective.ImmiscibleNoise;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.PixelRange;
import brume.tensor.kernel.Backend;
import brume.tensor.math.Arithmetic;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/** What a process can do without a network: noise data and solve for what made them. */
final class ProcessFunctionsRunner implements CaseRunner {

  private static final Set<String> KNOWN = Set.of(
      "q_sample",
      "q_mean_var.mean",
      "q_mean_var.var",
      "q_mean_var.logvar",
      "predict_start_from_noise",
      "pred_x_0_from_eps",
      "predict_noise_from_start",
      "predict_v",
      "predict_start_from_v",
      "pred_x_0_from_mean",
      "q_posterior.mean",
      "q_posterior.variance",
      "q_posterior.var",
      "q_posterior.log_variance_clipped",
      "q_posterior.logvar",
      "normalize",
      "unnormalize",
      "assign");

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("diffusion")
        && asked.params().isEmpty()
        && asked.has("input.t")
        && ProcessSettings.of(asked).isKnown()
        && KNOWN.containsAll(asked.outputs());
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    ForwardProcess q = ProcessSettings.of(asked).forward();
    int[] t = ProcessInputs.times(asked);
    for (String name : asked.outputs()) {
      String output = "output." + name;
      switch (name) {
        case "q_posterior.variance", "q_posterior.var" ->
          results.check(output, each(t, q::posteriorVariance));
        case "q_posterior.log_variance_clipped", "q_posterior.logvar" ->
          results.check(output, each(t, q::posteriorLogVariance));
        case "q_mean_var.var" -> results.check(output, each(t, s -> q.noise(s) * q.noise(s)));
        case "q_mean_var.logvar" -> results.check(output, each(t, s -> 2 * Math.log(q.noise(s))));
        case "assign" ->
          results.check(
              output, Arrays.stream(assignment(asked, on)).asLongStream().toArray());
        default -> results.check(output, tensor(name, asked, q, t, on).value());
      }
    }
  }

  private static Variable tensor(
      String name, GoldenCase asked, ForwardProcess q, int[] t, Backend on) {
    Variable x0 = constant(asked, asked.has("input.x_0") ? "x_0" : "x_start", on);
    Variable noise = constant(asked, "noise", on);
    return switch (name) {
      case "q_sample" -> q.sample(x0, t, asked.has("output.assign") ? dealt(x0, noise) : noise);
      case "q_mean_var.mean" -> q.sample(x0, t, zeros(noise));
      case "predict_start_from_noise", "pred_x_0_from_eps" ->
        q.x0FromEpsilon(constant(asked, "x_t", on), t, noise);
      case "predict_noise_from_start" -> q.epsilonFromX0(constant(asked, "x_t", on), t, x0);
      case "predict_v" -> q.v(x0, t, noise);
      case "predict_start_from_v" ->
        q.x0FromV(constant(asked, "x_t", on), t, constant(asked, "v", on));
      case "pred_x_0_from_mean" -> q.x0FromMean(noise, constant(asked, "x_t", on), t);
      case "q_posterior.mean" -> q.posteriorMean(x0, constant(asked, "x_t", on), t);
      case "normalize" -> Variable.constant(PixelRange.toModel(x0.value()));
      case "unnormalize" -> Variable.constant(PixelRange.toUnit(x0.value()));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static int[] assignment(GoldenCase asked, Backend on) {
    return ImmiscibleNoise.assignment(
        constant(asked, "x_start", on).value(), constant(asked, "noise", on).value());
  }

  private static Variable dealt(Variable x0, Variable noise) {
    return Variable.constant(ImmiscibleNoise.dealtTo(x0.value(), noise.value()));
  }

  private static Variable zeros(Variable shaped) {
    return Variable.constant(Arithmetic.scaled(0, shaped.value()));
  }

  private static double[] each(int[] t, IntToDoubleFunction value) {
    return Arrays.stream(t).mapToDouble(value).toArray();
  }
}
