package brume.nn.layer;

import static brume.autograd.function.norm.LayerNorm.layerNorm;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import java.util.List;

/** Layer normalization over the channels with a scale and a shift per channel, which begin as 1 and 0. */
public final class LayerNorm implements Layer {

  private final Parameters at;
  private final double eps;
  private final Variable gamma; // (C)
  private final Variable beta; // (C)

  /**
   * Creates scales and shifts.
   *
   * @param at its place
   * @param channels C
   * @param eps added to the variance, 1e-5 in PyTorch
   */
  public LayerNorm(Parameters at, int channels, double eps) {
    this.at = at;
    this.eps = eps;
    Shape perChannel = Shape.of(channels);
    this.gamma = at.add("weight", perChannel, StoredLayout.SAME, Initializer.constant(1));
    this.beta = at.add("bias", perChannel, StoredLayout.SAME, Initializer.constant(0));
  }

  /**
   * Normalizes.
   *
   * @param x (..., C)
   * @return of the same shape
   */
  public Variable forward(Variable x) {
    return layerNorm(x, gamma, beta, eps);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
