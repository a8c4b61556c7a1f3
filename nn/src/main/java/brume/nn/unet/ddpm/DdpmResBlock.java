package brume.nn.unet.ddpm;

import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Dropout;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import java.util.List;
import java.util.Optional;

/**
 * The residual block of {@link DdpmUNet}; the time shifts its middle:
 *
 * <pre>
 *   h = conv(silu(norm(x))) + W·silu(t) + w
 *   y = conv(dropout(silu(norm(h)))) + x      x through a 1×1 convolution if the channels change
 * </pre>
 */
public final class DdpmResBlock implements Layer {

  /** Of the normalization of ddpm-torch, as in the original of Ho et al. */
  static final double EPS = 1e-6;

  /** How its last convolutions begin: nearly, but not quite, zero. */
  static final Initialization NEARLY_ZERO = Initialization.glorot(1e-10);

  static final Initialization GLOROT = Initialization.glorot(1);

  private final Parameters at;
  private final GroupNorm norm1;
  private final Conv2d conv1;
  private final Linear time;
  private final GroupNorm norm2;
  private final Dropout dropout;
  private final Conv2d conv2;
  private final Optional<Conv2d> shortcut;

  /**
   * Creates the block.
   *
   * @param at its place
   * @param config of the network
   * @param cin channels of x
   * @param cout channels of y
   */
  public DdpmResBlock(Parameters at, DdpmUNetConfig config, int cin, int cout) {
    this.at = at;
    this.norm1 = new GroupNorm(at.child("norm1"), cin, config.groups(), EPS);
    this.conv1 = new Conv2d(at.child("conv1"), conv(cin, cout, 3));
    this.time = new Linear(at.child("fc"), config.timeDim(), cout, GLOROT);
    this.norm2 = new GroupNorm(at.child("norm2"), cout, config.groups(), EPS);
    this.dropout = new Dropout(at.child("dropout"), config.dropout());
    this.conv2 = new Conv2d(at.child("conv2"), conv(cout, cout, 3).withInitialization(NEARLY_ZERO));
    this.shortcut = cin == cout
        ? Optional.empty()
        : Optional.of(new Conv2d(at.child("skip"), conv(cin, cout, 1)));
  }

  static ConvConfig conv(int cin, int cout, int size) {
    return ConvConfig.of(Domain.IMAGE, cin, cout, size).withInitialization(GLOROT);
  }

  /**
   * Applies the block.
   *
   * @param x (N, H, W, Cin)
   * @param activatedTime (N, time channels) silu of the embedded times, the same for all blocks
   * @param pass training or not
   * @return (N, H, W, Cout)
   */
  public Variable forward(Variable x, Variable activatedTime, Pass pass) {
    Variable shift = time.forward(activatedTime);
    Variable noScale = scale(Variable.constant(shift.value()), 0);
    Variable h = conv1.forward(norm1.forwardSiLU(x));
    h = scaleShift(h, concatenate(noScale, shift));
    h = dropout.forward(norm2.forwardSiLU(h), pass);
    return conv2.forwardPlus(h, shortcut.map(conv -> conv.forward(x)).orElse(x));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
