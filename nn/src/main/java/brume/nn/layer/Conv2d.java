package brume.nn.layer;

import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.autograd.function.conv.Conv2d.Unbiased;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.tensor.Shape;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.List;
import java.util.Optional;

/** A convolution over the positions of an image, or of a signal as an image of height one. */
public final class Conv2d implements Layer {

  private final Parameters at;
  private final ConvConfig config;
  private final Variable weight; // (Cout, KH, KW, Cin)
  private final Optional<Variable> bias; // (Cout)

  /**
   * Creates filters.
   *
   * @param at its place
   * @param config sizes and window
   */
  public Conv2d(Parameters at, ConvConfig config) {
    this.at = at;
    this.config = config;
    Shape filters = config.filters();
    int positions = filters.dim(1) * filters.dim(2);
    int fanIn = positions * config.cin(), fanOut = positions * config.cout();
    this.weight = at.addFactor(
        "weight",
        filters,
        config.domain().filterLayout(),
        config.initialization().weight(fanIn, fanOut));
    this.bias = config.bias()
        ? Optional.of(at.add(
            "bias",
            Shape.of(config.cout()),
            StoredLayout.SAME,
            config.initialization().bias(fanIn)))
        : Optional.empty();
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, Cin), with H = 1 for signals
   * @return (N, OH, OW, Cout)
   */
  public Variable forward(Variable x) {
    return forward(x, config.window());
  }

  /**
   * Applies the layer with another step and padding than its own.
   *
   * @param x (N, H, W, Cin), with H = 1 for signals
   * @param window how the filters move
   * @return (N, OH, OW, Cout)
   */
  Variable forward(Variable x, Window window) {
    return bias.isPresent() ? conv2d(x, weight, bias.get(), window) : conv2d(x, weight, window);
  }

  /**
   * Applies the layer and adds what went around.
   *
   * @param x (N, H, W, Cin), with H = 1 for signals
   * @param residual (N, OH, OW, Cout)
   * @return (N, OH, OW, Cout)
   */
  public Variable forwardPlus(Variable x, Variable residual) {
    return bias.isPresent()
        ? conv2d(x, weight, bias.get(), residual, config.window())
        : add(forward(x), residual);
  }

  /** The layer, but for the addition of the bias, which must be there. */
  Unbiased unbiased(Variable x) {
    return brume.autograd.function.conv.Conv2d.unbiased(x, weight, bias(), config.window());
  }

  /** Filters of one pixel as a matrix (Cout, Cin): for layers that do more than to convolve in one go. */
  Variable matrix() {
    return reshape(weight, Shape.of(config.cout(), config.cin()));
  }

  /** The bias (Cout), which must be there. */
  Variable bias() {
    return bias.orElseThrow();
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
