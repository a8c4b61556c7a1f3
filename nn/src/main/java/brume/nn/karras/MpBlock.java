package brume.nn.karras;

import static brume.autograd.function.magnitude.MpAdd.mpAdd;
import static brume.autograd.function.magnitude.MpSilu.mpSilu;
import static brume.autograd.function.magnitude.PixelNorm.pixelNorm;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.karras.MpAttention.Reach;
import brume.nn.layer.Dropout;
import brume.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A residual block of the way down or up; time and class decide on a factor for each channel between
 * its convolutions:
 *
 * <pre>
 *   down   x ← pixelNorm(x)                       halved and convolved 1×1 before, where it leads down
 *   up     r = x through 1×1 if channels change   doubled before, where it leads up
 *   h = W·mpSilu(x)·(1 + gain·V·e)
 *   y = mpAdd(W'·dropout(mpSilu(h)), r)           then attention
 * </pre>
 */
final class MpBlock implements Layer {

  private final Parameters at;
  private final UnaryOperator<Variable> enter;
  private final UnaryOperator<Variable> shortcut;
  private final MpLinear toFactors;
  private final Gain gain;
  private final MpConv first;
  private final Dropout dropout;
  private final MpConv second;
  private final double share;
  private final List<MpAttention> attention;

  /**
   * Where a block stands.
   *
   * @param cin channels of x
   * @param cout channels of y
   * @param attends whether attention follows
   * @param resampling what changes size before it; empty for nothing
   */
  record Role(int cin, int cout, boolean attends, Optional<Halving> resampling) {}

  private MpBlock(
      Parameters at,
      KarrasUNetConfig config,
      Role role,
      UnaryOperator<Variable> enter,
      UnaryOperator<Variable> shortcut,
      int seen) {
    this.at = at;
    this.enter = enter;
    this.shortcut = shortcut;
    this.share = config.mix().block();
    this.toFactors = new MpLinear(at.child("to_emb.0"), config.knownDim(), role.cout());
    this.gain = new Gain(at.child("to_emb.1"));
    this.first = new MpConv(at.child("block1.1"), config.space(), seen, role.cout(), 3);
    this.dropout = new Dropout(at.child("block2.1"), config.dropout());
    this.second = new MpConv(at.child("block2.2"), config.space(), role.cout(), role.cout(), 3);
    this.attention = attention(at.child("attn"), config, role);
  }

  /** A block of the way down. */
  static MpBlock down(Parameters at, KarrasUNetConfig config, Role role) {
    UnaryOperator<Variable> enter = x -> pixelNorm(x);
    if (role.resampling().isPresent()) {
      Halving halving = role.resampling().get();
      MpConv conv =
          new MpConv(at.child("downsample_conv"), config.space(), role.cin(), role.cout(), 1);
      enter = x -> pixelNorm(conv.forward(config.space().halve(x, halving)));
    }
    return new MpBlock(at, config, role, enter, x -> x, role.cout());
  }

  /** A block of the way up, or between the ways. */
  static MpBlock up(Parameters at, KarrasUNetConfig config, Role role) {
    UnaryOperator<Variable> enter = role.resampling()
        .<UnaryOperator<Variable>>map(halving -> x -> config.space().twice(x, halving))
        .orElse(x -> x);
    UnaryOperator<Variable> shortcut = x -> x;
    if (role.cin() != role.cout()) {
      shortcut =
          new MpConv(at.child("res_conv"), config.space(), role.cin(), role.cout(), 1)::forward;
    }
    return new MpBlock(at, config, role, enter, shortcut, role.cin());
  }

  /** One attention, or two in blocks that resample a network with factorized ones. */
  private static List<MpAttention> attention(Parameters at, KarrasUNetConfig config, Role role) {
    List<MpAttention> all = new ArrayList<>();
    if (role.attends() && config.factorized() && role.resampling().isPresent()) {
      all.add(attention(at.child("0"), config, role, Reach.SPACE));
      all.add(attention(at.child("1"), config, role, Reach.TIME));
    } else if (role.attends()) {
      all.add(attention(at, config, role, Reach.ALL));
    }
    return all;
  }

  private static MpAttention attention(
      Parameters at, KarrasUNetConfig config, Role role, Reach reach) {
    return new MpAttention(
        at, config.space(), role.cout(), config.headDim(), config.mix().attention(), reach);
  }

  /**
   * Applies the block.
   *
   * @param x (N, ..., Cin)
   * @param known (N, known channels) time and class, activated
   * @param pass training or not
   * @return (N, ..., Cout)
   */
  Variable forward(Variable x, Variable known, Pass pass) {
    return pass.part(
        this,
        List.of(x, known),
        inputs -> Tape.tidy(() -> run(enter.apply(inputs.get(0)), inputs.get(1), pass)));
  }

  private Variable run(Variable x, Variable known, Pass pass) {
    Variable residual = shortcut.apply(x);
    Variable h = first.forward(mpSilu(x));
    Variable factors = affine(gain.forward(toFactors.forward(known)), 1, 1);
    h = multiply(h, reshape(factors, perSample(h.shape())));
    h = second.forward(dropout.forward(mpSilu(h), pass));
    h = mpAdd(h, residual, share);
    for (MpAttention one : attention) {
      h = one.forward(h);
    }
    return h;
  }

  /** (N, 1, ..., 1, C). */
  private static Shape perSample(Shape x) {
    int[] sizes = new int[x.rank()];
    Arrays.fill(sizes, 1);
    sizes[0] = x.dim(0);
    sizes[sizes.length - 1] = x.dim(-1);
    return Shape.of(sizes);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
