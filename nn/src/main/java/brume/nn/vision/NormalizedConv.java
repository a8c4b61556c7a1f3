package brume.nn.vision;

import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.relu;
import static brume.autograd.function.pointwise.Pointwise.rsqrt;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import brume.tensor.kernel.ConvGeometry.Window;

/**
 * A convolution, normalized by the mean and variance that its channels had in training, and a rectifier:
 *
 * <pre>
 *   s = γ/√(variance + ε)          y = relu((s·w)∗x + β − s·mean)
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1502.03167">Ioffe and Szegedy, Batch Normalization (2015)</a>
 */
final class NormalizedConv {

  private static final double EPSILON = 1e-3;

  private final Variable filters; // (Cout, KH, KW, Cin)
  private final Variable gain; // (Cout), as the others
  private final Variable bias;
  private final Variable mean;
  private final Variable variance;
  private final Window window;

  /**
   * Filters to be read.
   *
   * @param at its place
   * @param filters (Cout, KH, KW, Cin)
   * @param window how they move
   */
  NormalizedConv(Parameters at, Shape filters, Window window) {
    this.window = window;
    Shape channels = Shape.of(filters.dim(0));
    this.filters = at.child("conv")
        .addFrozen("weight", filters, StoredLayout.FILTERS, Initializer.constant(0));
    Parameters norm = at.child("bn");
    this.gain = ofChannels(norm, "weight", channels, 1);
    this.bias = ofChannels(norm, "bias", channels, 0);
    this.mean = ofChannels(norm, "running_mean", channels, 0);
    this.variance = ofChannels(norm, "running_var", channels, 1);
  }

  private static Variable ofChannels(Parameters at, String name, Shape channels, double value) {
    return at.addFrozen(name, channels, StoredLayout.SAME, Initializer.constant(value));
  }

  /** (N, H, W, Cin) to (N, OH, OW, Cout). */
  Variable forward(Variable x) {
    Variable scale = multiply(gain, rsqrt(affine(variance, 1, EPSILON)));
    Variable scaled = multiply(filters, reshape(scale, Shape.of(scale.shape().dim(0), 1, 1, 1)));
    return relu(conv2d(x, scaled, subtract(bias, multiply(mean, scale)), window));
  }
}
