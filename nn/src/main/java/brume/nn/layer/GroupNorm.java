package brume.nn.layer;

import static brume.autograd.function.norm.GroupNorm.groupNorm;
import static brume.autograd.function.norm.GroupNormSiLU.groupNormSiLU;
import static brume.nn.ConfigException.unless;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** Group normalization with a scale and a shift per channel, which begin as 1 and 0. */
public final class GroupNorm implements Norm {

  private final Parameters at;
  private final int groups;
  private final double eps;
  private final Variable gamma; // (C)
  private final Variable beta; // (C)

  /**
   * Creates scales and shifts.
   *
   * @param at its place
   * @param channels C
   * @param groups number of groups; divides C
   * @param eps added to the variance, 1e-5 in PyTorch
   * @throws IllegalArgumentException if groups does not divide C
   */
  public GroupNorm(Parameters at, int channels, int groups, double eps) {
    unless(
        groups >= 1 && channels % groups == 0,
        "%s: expected groups to divide the channels, got groups = %d and %d channels",
        at.path(),
        groups,
        channels);
    this.at = at;
    this.groups = groups;
    this.eps = eps;
    Shape perChannel = Shape.of(channels);
    this.gamma = at.add("weight", perChannel, StoredLayout.SAME, Initializer.constant(1));
    this.beta = at.add("bias", perChannel, StoredLayout.SAME, Initializer.constant(0));
  }

  @Override
  public Variable forward(Variable x) {
    return groupNorm(x, gamma, beta, groups, eps);
  }

  @Override
  public Variable forwardSiLU(Variable x) {
    return groupNormSiLU(x, gamma, beta, groups, eps);
  }

  @Override
  public Variable forwardSiLU(Variable x, Variable scaleShift) {
    return groupNormSiLU(x, gamma, beta, scaleShift, groups, eps);
  }

  @Override
  public Variable forwardSiLU(
      Conv2d conv, Variable x, Optional<Variable> scaleShift, Optional<Variable> residual) {
    return groupNormSiLU(conv.unbiased(x), gamma, beta, scaleShift, residual, groups, eps);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
