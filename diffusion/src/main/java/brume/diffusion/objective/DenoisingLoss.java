package brume.diffusion.objective;

import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Prediction;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The usual loss: the error of what the network predicts, squared or absolute, weighted by time.
 *
 * <pre>
 *   loss = ⟨w(t)·‖output(x_t, t) − target(x_0, ε)‖²⟩,   x_t = √ᾱ·x_0 + √(1 − ᾱ)·ε
 * </pre>
 *
 * @param process the way there
 * @param prediction what the output stands for
 * @param weighting w
 * @param measure what a difference costs, ‖·‖² above
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), eq. 14</a>
 */
public record DenoisingLoss(
    ForwardProcess process, Prediction prediction, LossWeighting weighting, ErrorMeasure measure)
    implements TrainingLoss {

  /**
   * The squared error.
   *
   * @param process the way there
   * @param prediction what the output stands for
   * @param weighting w
   */
  public DenoisingLoss(ForwardProcess process, Prediction prediction, LossWeighting weighting) {
    this(process, prediction, weighting, ErrorMeasure.SQUARED);
  }

  /** For squares in one step what {@link #losses} does in many. */
  @Override
  public Variable loss(Denoiser denoiser, Variable x0, Noising noising, Pass pass) {
    if (measure != ErrorMeasure.SQUARED) {
      return TrainingLoss.super.loss(denoiser, x0, noising, pass);
    }
    Variable output = output(denoiser, x0, noising, pass);
    return meanSquaredError(output, target(x0, noising), perSample(output, noising, () -> {
      double[] weights = weights(noising), counts = noising.weights();
      Arrays.setAll(weights, n -> weights[n] * counts[n]);
      return weights;
    }));
  }

  @Override
  public Variable losses(Denoiser denoiser, Variable x0, Noising noising, Pass pass) {
    return errors(x0, noising, output(denoiser, x0, noising, pass));
  }

  /** (N) the weighted errors of a prediction. */
  Variable errors(Variable x0, Noising noising, Variable output) {
    int samples = output.shape().dim(0);
    Variable costs = measure.of(subtract(output, target(x0, noising)));
    Variable rows = reshape(costs, Shape.of(samples, costs.shape().size() / samples));
    return multiply(mean(rows, Axes.of(1)), perSample(output, noising, () -> weights(noising)));
  }

  private Variable output(Denoiser denoiser, Variable x0, Noising noising, Pass pass) {
    int[] t = noising.times();
    Variable xt = process.sample(x0, t, noising.epsilon());
    return SelfConditioning.output(
        denoiser, xt, noising, pass, answer -> prediction.x0(process, xt, t, answer));
  }

  private Variable target(Variable x0, Noising noising) {
    return prediction.target(process, x0, noising.times(), noising.epsilon());
  }

  private double[] weights(Noising noising) {
    return Arrays.stream(noising.times())
        .mapToDouble(t -> weighting.weight(process.schedule().snr(t)))
        .toArray();
  }

  private static Variable perSample(Variable output, Noising noising, Supplier<double[]> values) {
    return Variable.constant(
        Tensor.renewed(output.value().device(), Shape.of(noising.times().length), values));
  }
}
