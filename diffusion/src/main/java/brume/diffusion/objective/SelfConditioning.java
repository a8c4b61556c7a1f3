package brume.diffusion.objective;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Condition;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Asks a denoiser during training. Self-conditioned ones are asked twice in half of the steps:
 * first without an estimate of the data, then with the one that follows from their first answer,
 * unclipped and without gradient.
 *
 * @see <a href="https://arxiv.org/abs/2208.04202">Chen, Zhang and Hinton, Analog Bits (2022), section
 *     3.2</a>
 */
final class SelfConditioning {

  private SelfConditioning() {}

  /** The answer a loss is made of. */
  static Variable output(
      Denoiser denoiser, Variable xt, Noising noising, Pass pass, UnaryOperator<Variable> toX0) {
    Query query =
        Query.renewed(xt, () -> Arrays.stream(noising.times()).asDoubleStream().toArray(), pass);
    return output(denoiser, query, noising.isConditioned(), toX0);
  }

  /** The answer to a query, conditioned if the draw says so. */
  static Variable output(
      Denoiser denoiser, Query query, boolean conditioned, UnaryOperator<Variable> toX0) {
    if (!denoiser.isSelfConditioned() || !conditioned) {
      return denoiser.predict(query);
    }
    Variable x0;
    try (Tape.Pause pause = Tape.pause()) {
      x0 = Tape.tidy(() -> toX0.apply(denoiser.predict(query)));
    }
    return denoiser.predict(query.withCondition(Condition.none().withFormer(x0)));
  }
}
