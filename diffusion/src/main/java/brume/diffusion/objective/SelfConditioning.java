package brume.diffusion.objective;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.NoisePredictor;
import brume.nn.Pass;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Asks a predictor during training. Self-conditioned ones are asked twice in half of the steps:
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
      NoisePredictor predictor,
      Variable xt,
      Noising noising,
      Pass pass,
      UnaryOperator<Variable> toX0) {
    double[] times = Arrays.stream(noising.times()).asDoubleStream().toArray();
    if (!predictor.isSelfConditioned() || !noising.isConditioned()) {
      return predictor.predict(xt, times, pass);
    }
    Variable x0;
    try (Tape.Pause pause = Tape.pause()) {
      x0 = Tape.tidy(() -> toX0.apply(predictor.predict(xt, times, pass)));
    }
    return predictor.predict(xt, x0, times, pass);
  }
}
