package brume.nn.unet;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Norm;
import java.util.Optional;

/** Half a residual block: convolution, normalization, SiLU. */
final class Block {

  private final Conv2d proj;
  private final Norm norm;

  Block(Parameters at, ResBlockConfig config, int cin, int cout) {
    this.proj = new Conv2d(at.child("proj"), ConvConfig.of(config.domain(), cin, cout, 3));
    this.norm = config.version().norm(at.child("norm"), config, cout);
  }

  /** (N, H, W, Cin) to (N, H, W, Cout). */
  Variable forward(Variable x) {
    return norm.forwardSiLU(proj, x, Optional.empty(), Optional.empty());
  }

  /** The same with (N, 2·Cout) scales and shifts between normalization and SiLU. */
  Variable forward(Variable x, Variable scaleShift) {
    return norm.forwardSiLU(proj, x, Optional.of(scaleShift), Optional.empty());
  }

  /** The same plus (N, H, W, Cout) what went around. */
  Variable forwardPlus(Variable x, Variable residual) {
    return norm.forwardSiLU(proj, x, Optional.empty(), Optional.of(residual));
  }
}
