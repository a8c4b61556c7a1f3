package brume.nn.unet.edm;

import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.layer.Dropout;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Told;
import brume.nn.unet.diffusers.ResnetBlock;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The residual block of EDM's networks, all of whose features DDPM++, NCSN++ and ADM choose from:
 *
 * <pre>
 *   h = conv(resample(silu(norm(x))))                resampling only between levels
 *   h = silu(norm(h + b))                            b = W·t + w
 *       or silu(norm(h)·(1 + a) + b)                 if time scales: a, b from W·t + w
 *   y = f·(conv(dropout(h)) + resample(x))           x through a 1×1 convolution if the channels change
 *   y = f·(attention(norm(y)) + y)                   where it attends
 * </pre>
 */
final class EdmBlock implements Hourglass.Step, Layer {

  /** Where a block leads. */
  enum Way {
    /** To the same resolution. */
    ALONG,
    /** To half the resolution. */
    DOWN,
    /** To twice the resolution. */
    UP
  }

  private static final int MOST_GROUPS = 32, LEAST_PER_GROUP = 4;

  private final Parameters at;
  private final EdmBlockConfig config;
  private final UnaryOperator<Variable> resample;
  private final GroupNorm norm0;
  private final Conv2d conv0;
  private final Linear affine;
  private final GroupNorm norm1;
  private final Dropout dropout;
  private final Conv2d conv1;
  private final Optional<Conv2d> skip;
  private final Optional<EdmAttention> attention;

  /** A block from cin to cout channels. */
  EdmBlock(Parameters at, EdmBlockConfig config, Way way, int cin, int cout, boolean attends) {
    this.at = at;
    this.config = config;
    this.resample = switch (way) {
      case ALONG -> UnaryOperator.identity();
      case DOWN -> config.filter()::halved;
      case UP -> config.filter()::doubled;
    };
    Initialization inner = config.rules().inner();
    this.norm0 = norm(at.child("norm0"), cin, config.eps());
    this.conv0 = conv(at.child("conv0"), cin, cout, 3, inner);
    this.affine = new Linear(
        at.child("affine"), config.timeDim(), config.scalesByTime() ? 2 * cout : cout, inner);
    this.norm1 = norm(at.child("norm1"), cout, config.eps());
    this.dropout = new Dropout(at.child("dropout"), config.dropout());
    this.conv1 = conv(at.child("conv1"), cout, cout, 3, config.rules().last());
    boolean projects = cin != cout || way != Way.ALONG && config.projectsWhereResampled();
    this.skip =
        projects ? Optional.of(conv(at.child("skip"), cin, cout, 1, inner)) : Optional.empty();
    this.attention = attends ? Optional.of(new EdmAttention(at, config, cout)) : Optional.empty();
  }

  /** Groups of four channels, at most 32 of them. */
  static int groups(int channels) {
    return Math.min(MOST_GROUPS, channels / LEAST_PER_GROUP);
  }

  static GroupNorm norm(Parameters at, int channels, double eps) {
    return new GroupNorm(at, channels, groups(channels), eps);
  }

  static Conv2d conv(Parameters at, int cin, int cout, int size, Initialization rule) {
    return new Conv2d(at, ResnetBlock.conv(cin, cout, size).withInitialization(rule));
  }

  @Override
  public Variable forward(Variable x, Told told) {
    return told.pass()
        .part(
            this,
            List.of(x, told.activatedTime()),
            inputs -> Tape.tidy(() -> run(inputs.get(0), inputs.get(1), told.pass())));
  }

  private Variable run(Variable x, Variable time, Pass pass) {
    Variable h = conv0.forward(resample.apply(norm0.forwardSiLU(x)));
    h = conv1.forward(dropout.forward(steered(h, affine.forward(time)), pass));
    Variable around = resample.apply(x);
    Variable y = add(h, skip.map(conv -> conv.forward(around)).orElse(around));
    Variable scaled = config.factor() == 1 ? y : scale(y, config.factor());
    return attention.map(layer -> layer.forward(scaled)).orElse(scaled);
  }

  private Variable steered(Variable h, Variable byTime) {
    if (config.scalesByTime()) {
      return norm1.forwardSiLU(h, byTime);
    }
    Variable noScale = scale(Variable.constant(byTime.value()), 0);
    return norm1.forwardSiLU(scaleShift(h, concatenate(noScale, byTime)));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
