package brume.nn.layer;

import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Pointwise.silu;

import brume.autograd.Variable;
import brume.autograd.function.Unbiased;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** Brings the channels of every position to length √C, then scales each channel, at first by 1. */
public final class RmsNorm implements Norm {

  private final Parameters at;
  private final Variable g; // (C)

  /**
   * Creates scales.
   *
   * @param at its place
   * @param domain image or signal
   * @param channels C
   */
  public RmsNorm(Parameters at, Domain domain, int channels) {
    this(at, domain.channelLayout(), channels);
  }

  private RmsNorm(Parameters at, StoredLayout layout, int channels) {
    this.at = at;
    this.g = at.add("g", Shape.of(channels), layout, Initializer.constant(1));
  }

  /**
   * Creates scales that files keep as a plain row (C).
   *
   * @param at its place
   * @param channels C
   * @return the layer
   */
  public static RmsNorm plain(Parameters at, int channels) {
    return new RmsNorm(at, StoredLayout.SAME, channels);
  }

  @Override
  public Variable forward(Variable x) {
    return rmsNorm(x, g);
  }

  /**
   * Adds a bias that is due, normalizes, and adds what went around.
   *
   * @param x (..., C)
   * @param residual (..., C) added to the result, if any
   * @return (..., C)
   */
  Variable forward(Unbiased x, Optional<Variable> residual) {
    return rmsNorm(x, g, residual);
  }

  @Override
  public Variable forwardSiLU(Variable x) {
    return silu(rmsNorm(x, g));
  }

  @Override
  public Variable forwardSiLU(Variable x, Variable scaleShift) {
    return silu(scaleShift(rmsNorm(x, g), scaleShift));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
