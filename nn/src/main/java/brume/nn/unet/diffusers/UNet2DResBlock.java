package brume.nn.unet.diffusers;

import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Dropout;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.unet.Hourglass;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The residual block of {@link UNet2D}:
 *
 * <pre>
 *   h = conv(resample(silu(norm(x))))                 resampling only between levels
 *   h = silu(norm(h + b))                             b = W·silu(t) + w
 *       or silu(norm(h)·(1 + a) + b)                  if time scales: a, b from W·silu(t) + w
 *   y = (conv(dropout(h)) + resample(x))/divisor      x through a 1×1 convolution if the channels change
 * </pre>
 */
final class UNet2DResBlock implements Hourglass.Step {

  private final GroupNorm norm1;
  private final UnaryOperator<Variable> resample;
  private final Conv2d conv1;
  private final Linear time;
  private final boolean scalesByTime;
  private final GroupNorm norm2;
  private final Dropout dropout;
  private final Conv2d conv2;
  private final Optional<Conv2d> shortcut;
  private final double divisor;

  /** A block that keeps the resolution. */
  UNet2DResBlock(Parameters at, UNet2DConfig config, int cin, int cout) {
    this(at, config, cin, cout, UnaryOperator.identity(), 1);
  }

  UNet2DResBlock(
      Parameters at,
      UNet2DConfig config,
      int cin,
      int cout,
      UnaryOperator<Variable> resample,
      double divisor) {
    this.resample = resample;
    this.scalesByTime = config.scalesByTime();
    this.divisor = divisor;
    this.norm1 = new GroupNorm(at.child("norm1"), cin, config.groups(), config.eps());
    this.conv1 = new Conv2d(at.child("conv1"), conv(cin, cout, 3));
    this.time =
        new Linear(at.child("time_emb_proj"), config.timeDim(), scalesByTime ? 2 * cout : cout);
    this.norm2 = new GroupNorm(at.child("norm2"), cout, config.groups(), config.eps());
    this.dropout = new Dropout(at.child("dropout"), config.dropout());
    this.conv2 = new Conv2d(at.child("conv2"), conv(cout, cout, 3));
    this.shortcut = cin == cout
        ? Optional.empty()
        : Optional.of(new Conv2d(at.child("conv_shortcut"), conv(cin, cout, 1)));
  }

  static ConvConfig conv(int cin, int cout, int size) {
    return ConvConfig.of(Domain.IMAGE, cin, cout, size);
  }

  @Override
  public Variable forward(Variable x, Variable activatedTime, Pass pass) {
    return Tape.tidy(() -> {
      Variable h = conv1.forward(resample.apply(norm1.forwardSiLU(x)));
      h = conv2.forward(dropout.forward(steered(h, time.forward(activatedTime)), pass));
      Variable around = resample.apply(x);
      Variable sum = add(h, shortcut.map(conv -> conv.forward(around)).orElse(around));
      return divisor == 1 ? sum : scale(sum, 1 / divisor);
    });
  }

  private Variable steered(Variable h, Variable byTime) {
    if (scalesByTime) {
      return norm2.forwardSiLU(h, byTime);
    }
    Variable noScale = scale(Variable.constant(byTime.value()), 0);
    return norm2.forwardSiLU(scaleShift(h, concatenate(noScale, byTime)));
  }
}
