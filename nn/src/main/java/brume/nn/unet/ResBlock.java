package brume.nn.unet;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Dropout;
import brume.nn.layer.Linear;
import java.util.List;
import java.util.Optional;

/**
 * The residual block of denoising-diffusion-pytorch; the time, where it is seen, decides on scale and
 * shift of its first half:
 *
 * <pre>
 *   (a, b) = W·silu(t) + w
 *   h = dropout(silu(norm(conv(x))·(1 + a) + b))
 *   y = silu(norm(conv(h))) + x               x through a 1×1 convolution if the channels change
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/1512.03385">He et al., Deep Residual Learning (2015)</a>
 */
public final class ResBlock implements Layer {

  /** Channels from which on the convolution of h is a hundred times the work of computing h again. */
  private static final int WIDE = 64;

  private final Parameters at;
  private final Optional<Linear> time;
  private final Block block1;
  private final Dropout dropout;
  private final Block block2;
  private final Optional<Conv2d> shortcut;

  /**
   * Creates the block.
   *
   * @param at its place
   * @param config of all blocks of the network
   * @param cin channels of x
   * @param cout channels of y
   */
  public ResBlock(Parameters at, ResBlockConfig config, int cin, int cout) {
    this.at = at;
    this.time = config.timeDim() == 0
        ? Optional.empty()
        : Optional.of(new Linear(at.child("mlp.1"), config.timeDim(), 2 * cout));
    this.block1 = new Block(at.child("block1"), config, cin, cout);
    this.dropout = new Dropout(at.child("block1"), config.dropout());
    this.block2 = new Block(at.child("block2"), config, cout, cout);
    this.shortcut = cin == cout
        ? Optional.empty()
        : Optional.of(
            new Conv2d(at.child("res_conv"), ConvConfig.of(config.domain(), cin, cout, 1)));
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
    return pass.part(
        this,
        List.of(x, activatedTime),
        inputs -> Tape.tidy(() -> timed(inputs.get(0), inputs.get(1), pass)));
  }

  /**
   * What several blocks make of the time, in one go.
   *
   * @param blocks that see it
   * @param activatedTime (N, time channels) silu of the embedded times
   * @return (N, 2·Cout) scales and shifts for each block, to be told to {@link #forwardTold}
   */
  public static List<Variable> told(List<ResBlock> blocks, Variable activatedTime) {
    return Linear.forwardAll(
        blocks.stream().map(block -> block.time.orElseThrow()).toList(), activatedTime);
  }

  /**
   * Applies the block.
   *
   * @param x (N, H, W, Cin)
   * @param scaleShift (N, 2·Cout) what it makes of the time
   * @param pass training or not
   * @return (N, H, W, Cout)
   */
  public Variable forwardTold(Variable x, Variable scaleShift, Pass pass) {
    return pass.part(
        this,
        List.of(x, scaleShift),
        inputs -> Tape.tidy(() -> {
          Variable only = inputs.get(0);
          return finish(block1.forward(only, inputs.get(1)), only, pass);
        }));
  }

  /**
   * Applies the block without a time, even if it could see one.
   *
   * @param x (N, H, W, Cin)
   * @param pass training or not
   * @return (N, H, W, Cout)
   */
  public Variable forward(Variable x, Pass pass) {
    return pass.part(
        this,
        List.of(x),
        inputs -> Tape.tidy(() -> {
          Variable only = inputs.get(0);
          return finish(block1.forward(only), only, pass);
        }));
  }

  private Variable timed(Variable x, Variable activatedTime, Pass pass) {
    Variable half = time.map(linear -> block1.forward(x, linear.forward(activatedTime)))
        .orElseGet(() -> block1.forward(x));
    return finish(half, x, pass);
  }

  private Variable finish(Variable half, Variable x, Pass pass) {
    Variable around = shortcut.map(conv -> conv.forward(x)).orElse(x);
    Variable y = block2.forwardPlus(dropout.forward(half, pass), around);
    if (half.shape().dim(-1) >= WIDE) {
      half.spare();
    }
    return y;
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
