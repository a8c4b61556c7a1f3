package brume.nn.layer;

import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.tensor.Shape;
import java.util.List;

/** Doubles the resolution by repeating every position, then smooths with a convolution of size 3. */
public final class Upsample implements Layer {

  private final Parameters at;
  private final Domain domain;
  private final Conv2d conv;

  /**
   * Creates the layer.
   *
   * @param at its place
   * @param domain image or signal
   * @param cin channels of x
   * @param cout channels of y
   */
  public Upsample(Parameters at, Domain domain, int cin, int cout) {
    this.at = at;
    this.domain = domain;
    this.conv = new Conv2d(at.child("1"), ConvConfig.of(domain, cin, cout, 3));
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, Cin), with H = 1 for signals
   * @return (N, 2H, 2W, Cout); for signals (N, 1, 2W, Cout)
   */
  public Variable forward(Variable x) {
    Variable large = domain == Domain.IMAGE ? upsampleNearest(x, 2) : twiceAlongTheRow(x);
    Variable y = conv.forward(large);
    large.spare();
    return y;
  }

  /** A pixel beside itself in the channels is the same pixel twice in a row. */
  private static Variable twiceAlongTheRow(Variable x) {
    Shape shape = x.shape();
    return reshape(concatenate(x, x), shape.with(2, 2 * shape.dim(2)));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
