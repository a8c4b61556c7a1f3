package brume.nn.unet.diffusers;

import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.Activation;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Dropout;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Told;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The residual block of diffusers' networks; f is the activation, silu as a rule:
 *
 * <pre>
 *   h = conv(resample(f(norm(x))))                    resampling only between levels
 *   h = f(norm(h + b))                                b = W·f(t) + w
 *       or f(norm(h)·(1 + a) + b)                     if time scales: a, b from W·f(t) + w
 *   y = (conv(dropout(h)) + resample(x))/divisor      x through a 1×1 convolution if the channels change
 * </pre>
 */
public final class ResnetBlock implements Hourglass.Step {

  private final ResnetConfig config;
  private final GroupNorm norm1;
  private final UnaryOperator<Variable> resample;
  private final Conv2d conv1;
  private final Optional<Linear> time;
  private final GroupNorm norm2;
  private final Dropout dropout;
  private final Conv2d conv2;
  private final Optional<Conv2d> shortcut;

  /**
   * Creates a block that keeps the resolution.
   *
   * @param at its place
   * @param config of all blocks of its sort
   * @param cin channels of x
   * @param cout channels of y
   */
  public ResnetBlock(Parameters at, ResnetConfig config, int cin, int cout) {
    this(at, config, cin, cout, UnaryOperator.identity());
  }

  /** A block that leads to another resolution in both of its branches. */
  ResnetBlock(
      Parameters at, ResnetConfig config, int cin, int cout, UnaryOperator<Variable> resample) {
    this.config = config;
    this.resample = resample;
    this.norm1 = new GroupNorm(at.child("norm1"), cin, config.groups(), config.eps());
    this.conv1 = new Conv2d(at.child("conv1"), conv(cin, cout, 3));
    this.time = config.timeDim() == 0
        ? Optional.empty()
        : Optional.of(new Linear(
            at.child("time_emb_proj"), config.timeDim(), config.scalesByTime() ? 2 * cout : cout));
    this.norm2 = new GroupNorm(at.child("norm2"), cout, config.groups(), config.eps());
    this.dropout = new Dropout(at.child("dropout"), config.dropout());
    this.conv2 = new Conv2d(at.child("conv2"), conv(cout, cout, 3));
    this.shortcut = cin == cout
        ? Optional.empty()
        : Optional.of(new Conv2d(at.child("conv_shortcut"), conv(cin, cout, 1)));
  }

  /**
   * A convolution over images that keeps the resolution.
   *
   * @param cin channels of x
   * @param cout channels of y
   * @param size pixels a filter sees along either axis, an odd number
   * @return its settings
   */
  public static ConvConfig conv(int cin, int cout, int size) {
    return ConvConfig.of(Domain.IMAGE, cin, cout, size);
  }

  @Override
  public Variable forward(Variable x, Told told) {
    Variable t = config.activatesTime() ? told.activatedTime() : told.time();
    return run(x, time.map(layer -> layer.forward(t)), told.pass());
  }

  /**
   * Applies a block that is told no time, outside of training.
   *
   * @param x (N, H, W, Cin)
   * @return (N, H, W, Cout)
   */
  public Variable forward(Variable x) {
    return run(x, Optional.empty(), Pass.inference());
  }

  private Variable run(Variable x, Optional<Variable> byTime, Pass pass) {
    return Tape.tidy(() -> {
      Variable h = conv1.forward(resample.apply(activated(norm1, x)));
      h = dropout.forward(steered(h, byTime), pass);
      Variable around = resample.apply(x);
      Variable sum =
          conv2.forwardPlus(h, shortcut.map(conv -> conv.forward(around)).orElse(around));
      return config.divisor() == 1 ? sum : scale(sum, 1 / config.divisor());
    });
  }

  private Variable activated(GroupNorm norm, Variable x) {
    return config.activation() == Activation.SILU
        ? norm.forwardSiLU(x)
        : config.activation().of(norm.forward(x));
  }

  private Variable steered(Variable h, Optional<Variable> byTime) {
    if (byTime.isEmpty()) {
      return activated(norm2, h);
    }
    Variable b = byTime.get();
    if (!config.scalesByTime()) {
      Variable noScale = scale(Variable.constant(b.value()), 0);
      return activated(norm2, scaleShift(h, concatenate(noScale, b)));
    }
    return config.activation() == Activation.SILU
        ? norm2.forwardSiLU(h, b)
        : config.activation().of(scaleShift(norm2.forward(h), b));
  }
}
