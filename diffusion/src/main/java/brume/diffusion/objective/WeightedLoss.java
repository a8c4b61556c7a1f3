package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Clamp.clamp;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.diffusion.process.BothParts;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Prediction;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.tensor.Shape;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * The errors of a network that tells both noise and data: of either, and of the mixture that it makes of
 * them.
 *
 * <pre>
 *   loss = ‖p·[x_t to data by ε̂] + (1 − p)·x̂_0 − x_0‖² + data·‖x̂_0 − x_0‖² + noise·‖ε̂ − ε‖²
 * </pre>
 *
 * <p>The data that follow from the noise are clamped to ±2 here, as little of them is left in much noise.
 *
 * @param process the way there
 * @param noise weight of the error of the noise
 * @param data weight of the error of the data
 * @see <a href="https://github.com/lucidrains/denoising-diffusion-pytorch">denoising-diffusion-pytorch,
 *     weighted_objective_gaussian_diffusion</a>
 */
public record WeightedLoss(ForwardProcess process, double noise, double data)
    implements TrainingLoss {

  private static final double FARTHEST = 2; // of data from the middle of their range

  @Override
  public Variable losses(Denoiser denoiser, Variable x0, Noising noising, Pass pass) {
    int[] t = noising.times();
    Variable epsilon = noising.epsilon(), xt = process.sample(x0, t, epsilon);
    BothParts parts = BothParts.of(SelfConditioning.output(
        denoiser, xt, noising, pass, answer -> Prediction.BOTH.x0(process, xt, t, answer)));
    Variable fromNoise = clamp(process.x0FromEpsilon(xt, t, parts.noise()), -FARTHEST, FARTHEST);
    Variable mixed = error(parts.mixed(fromNoise), x0);
    Variable either =
        add(scale(error(parts.data(), x0), data), scale(error(parts.noise(), epsilon), noise));
    return add(mixed, either);
  }

  /** (N) mean squares. */
  private static Variable error(Variable told, Variable right) {
    int samples = told.shape().dim(0);
    Variable costs = square(subtract(told, right));
    return mean(reshape(costs, Shape.of(samples, costs.shape().size() / samples)), Axes.of(1));
  }
}
