package brume.nn.layer;

import static brume.autograd.function.conv.ConvTranspose2d.convTranspose2d;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.tensor.Shape;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.List;

/** A transposed convolution that enlarges images: every pixel becomes a square of its own. */
public final class ConvTranspose2d implements Layer {

  private final Parameters at;
  private final int factor;
  private final Variable weight; // (Cin, factor, factor, Cout)
  private final Variable bias; // (Cout)

  /**
   * Creates filters, beginning as PyTorch's do.
   *
   * @param at its place
   * @param cin channels of x
   * @param cout channels of y
   * @param factor how much larger images become, and the size of the filters
   */
  public ConvTranspose2d(Parameters at, int cin, int cout, int factor) {
    this.at = at;
    this.factor = factor;
    int positions = factor * factor;
    Initialization start = Initialization.kaiming();
    this.weight = at.add(
        "weight",
        Shape.of(cin, factor, factor, cout),
        StoredLayout.FILTERS,
        start.weight(positions * cout, positions * cin)); // PyTorch counts them the wrong way round
    this.bias = at.add("bias", Shape.of(cout), StoredLayout.SAME, start.bias(positions * cout));
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, Cin)
   * @return (N, factor·H, factor·W, Cout)
   */
  public Variable forward(Variable x) {
    return convTranspose2d(x, weight, bias, Window.strided(factor, 0), 0, 0);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
