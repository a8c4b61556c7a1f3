package brume.tests.golden;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.diffusion.likelihood.DiscretizedLogLikelihood.discretizedLogLikelihood;
import static brume.diffusion.likelihood.NormalCdf.normalCdf;
import static brume.diffusion.likelihood.NormalKl.normalKl;
import static brume.diffusion.likelihood.NormalLogLikelihood.normalLogLikelihood;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.tensor.kernel.Backend;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Divergences and likelihoods of normal distributions. */
final class LikelihoodRunner implements CaseRunner {

  private static final double USUAL_FLOOR = 1e-12, LUCIDRAINS_FLOOR = 1e-15;

  private static final Map<String, Function<Map<String, Variable>, Variable>> FUNCTIONS = Map.of(
      "approx_standard_normal_cdf",
      in -> normalCdf(in.get("x")),
      "normal_kl",
      in -> normalKl(in.get("mean1"), in.get("logvar1"), in.get("mean2"), in.get("logvar2")),
      "continuous_gaussian_loglik_tqch",
      in -> normalLogLikelihood(in.get("x"), in.get("mean"), in.get("logvar")),
      "discretized_gaussian_log_likelihood_improved",
      in -> discretized(in, USUAL_FLOOR),
      "discretized_gaussian_loglik_tqch",
      in -> discretized(in, USUAL_FLOOR),
      "discretized_gaussian_log_likelihood_lucidrains",
      in -> discretized(in, LUCIDRAINS_FLOOR),
      "discretized_log_likelihood_far_improved",
      in -> discretized(in, USUAL_FLOOR),
      "discretized_log_likelihood_far_tqch",
      in -> discretized(in, USUAL_FLOOR),
      "discretized_log_likelihood_far_lucidrains",
      in -> discretized(in, LUCIDRAINS_FLOOR));

  private static Variable discretized(Map<String, Variable> in, double floor) {
    return discretizedLogLikelihood(in.get("x"), in.get("means"), in.get("log_scales"), floor);
  }

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("function") && FUNCTIONS.containsKey(function(asked));
  }

  private static String function(GoldenCase asked) {
    return asked.attrs().path("function").asText();
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) {
    Map<String, Variable> inputs = new HashMap<>();
    for (String name : asked.inputs()) {
      inputs.put(name, Variable.parameter(ChannelsLast.loadAsIs(asked, "input." + name, on)));
    }
    Variable y = FUNCTIONS.get(function(asked)).apply(inputs);
    results.checkAsIs("output.y", y.value());
    if (asked.grads().isEmpty()) {
      return;
    }
    Variable dy = Variable.constant(ChannelsLast.loadAsIs(asked, "grad.output.y", on));
    Gradients gradients = sum(multiply(y, dy)).backward();
    for (String name : asked.grads()) {
      Variable input = inputs.get(name.substring("input.".length()));
      results.checkAsIs("grad." + name, gradients.of(input).orElseThrow());
    }
  }
}
