package brume.nn.autoencoder;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * What latents a picture may have: normal, each number by itself.
 *
 * @param mean (N, H, W, C)
 * @param logVariance (N, H, W, C)
 * @see <a href="https://arxiv.org/abs/1312.6114">Kingma and Welling, Auto-Encoding Variational Bayes
 *     (2013), appendix B</a>
 */
public record Posterior(Variable mean, Variable logVariance) {

  /**
   * Draws latents: mean + exp(logVariance/2)·noise.
   *
   * @param noise (N, H, W, C) standard normal
   * @return (N, H, W, C)
   * @throws ShapeException if the noise has another shape
   */
  public Variable sample(Variable noise) {
    ShapeException.unless(
        noise.shape().equals(mean.shape()),
        "posterior: expected noise of the shape of latents %s, got %s",
        mean.shape(),
        noise.shape());
    return add(mean, multiply(exp(scale(logVariance, 0.5)), noise));
  }

  /**
   * How far it is from the standard normal distribution, in nats: Σ (mean² + variance − 1 −
   * logVariance)/2 over all numbers of a picture.
   *
   * @return (N)
   */
  public Variable divergence() {
    Variable each = subtract(add(square(mean), exp(logVariance)), affine(logVariance, 1, 1));
    int samples = mean.shape().dim(0);
    Variable rows = reshape(each, Shape.of(samples, mean.shape().size() / samples));
    return scale(sum(rows, Axes.of(1)), 0.5);
  }
}
