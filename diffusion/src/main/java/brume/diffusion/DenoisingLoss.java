package brume.diffusion;

import static brume.autograd.function.MeanSquaredError.meanSquaredError;

import brume.autograd.Variable;
import brume.nn.Pass;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Arrays;

/**
 * The usual loss: the squared error of what the network predicts, weighted by time.
 *
 * <pre>
 *   loss = ⟨w(t)·‖output(x_t, t) − target(x_0, ε)‖²⟩,   x_t = √ᾱ·x_0 + √(1 − ᾱ)·ε
 * </pre>
 *
 * @param process the way there
 * @param prediction what the output stands for
 * @param weighting w
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), eq. 14</a>
 */
public record DenoisingLoss(ForwardProcess process, Prediction prediction, LossWeighting weighting)
    implements TrainingLoss {

  @Override
  public Variable loss(NoisePredictor predictor, Variable x0, Noising noising, Pass pass) {
    int[] t = noising.times();
    Variable xt = process.sample(x0, t, noising.epsilon());
    Variable output = SelfConditioning.output(
        predictor, xt, noising, pass, answer -> prediction.x0(process, xt, t, answer));
    return error(x0, noising, output);
  }

  /** The weighted squared error of a prediction. */
  Variable error(Variable x0, Noising noising, Variable output) {
    int[] t = noising.times();
    Variable target = prediction.target(process, x0, t, noising.epsilon());
    double[] weights = new double[t.length];
    Arrays.setAll(weights, n -> weighting.weight(process.schedule().snr(t[n])));
    Tensor w = Tensor.of(output.value().device(), Shape.of(t.length), weights);
    return meanSquaredError(output, target, Variable.constant(w));
  }
}
