package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.resample.AveragePool.averagePool;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEmbedding;
import brume.nn.unet.Fitting;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Hourglass.Level;
import brume.nn.unet.Hourglass.Step;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import brume.nn.unet.diffusers.UNet2DConfig.Side;
import brume.tensor.Device;
import brume.tensor.ShapeException;
import brume.tensor.kernel.ConvGeometry.Window;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The denoising network of diffusers, its {@code UNet2DModel}: a descendant of that of Ho et al. like
 * {@code DdpmUNet}, with heads of attention, more choices, and other names in files.
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al., Denoising Diffusion Probabilistic Models
 *     (2020), appendix B</a>
 */
public final class UNet2D implements Network {

  private static final TimeEmbedding.Layers TIME =
      new TimeEmbedding.Layers("linear_1", "linear_2", Initialization.kaiming(), Pointwise::silu);

  private final Parameters at;
  private final UNet2DConfig config;
  private final TimeAndClass known;
  private final Conv2d first;
  private final Hourglass hourglass;
  private final GroupNorm lastNorm;
  private final Conv2d last;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public UNet2D(Device device, RandomKey key, UNet2DConfig config) {
    this(device, key, config, 0);
  }

  /**
   * Creates a network that is told classes, too.
   *
   * @param device where its parameters live
   * @param key what they are drawn from
   * @param config all other settings
   * @param classes how many there are; 0 for none
   */
  public UNet2D(Device device, RandomKey key, UNet2DConfig config, int classes) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int finest = config.width(0), levels = config.levels().size();
    this.first = new Conv2d(at.child("conv_in"), conv(config.channels(), finest));
    TimeEmbedding time = new TimeEmbedding(
        at.child("time_embedding"), config.timeEncoding(), finest, config.timeDim(), TIME);
    this.known = TimeAndClass.added(at, time::forward, config.timeDim(), classes);
    List<Level> downs = new ArrayList<>(), ups = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      downs.add(down(at.child("down_blocks." + level), level));
    }
    for (int level = levels - 1; level >= 0; level--) {
      ups.add(up(at.child("up_blocks." + (levels - 1 - level)), level));
    }
    Collections.reverse(ups);
    this.hourglass = new Hourglass(downs, middle(at.child("mid_block")), ups);
    this.lastNorm = new GroupNorm(at.child("conv_norm_out"), finest, config.groups(), config.eps());
    this.last = new Conv2d(at.child("conv_out"), conv(finest, config.outChannels()));
  }

  private static ConvConfig conv(int cin, int cout) {
    return UNet2DResBlock.conv(cin, cout, 3);
  }

  private Level down(Parameters at, int level) {
    int width = config.width(level), finer = config.width(Math.max(level - 1, 0));
    Side side = config.levels().get(level).down();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < config.blocks(); i++) {
      steps.add(step(at, i, side, i == 0 ? finer : width, width));
    }
    if (level == config.levels().size() - 1) {
      return new Level(steps, Step.NOTHING);
    }
    Parameters halving = at.child("downsamplers.0");
    if (side.resampling() == Resampling.RESIDUAL) {
      return new Level(
          steps, new UNet2DResBlock(halving, config, width, width, x -> averagePool(x, 2), 1));
    }
    int before = config.halvingPadding();
    Window window = new Window(2, 2, before, before, 1, 1, 1, 1, 1);
    Conv2d conv = new Conv2d(halving.child("conv"), conv(width, width).withWindow(window));
    return new Level(steps, (x, t, pass) -> conv.forward(x));
  }

  private Step middle(Parameters at) {
    int width = config.width(config.levels().size() - 1);
    UNet2DConfig.Middle middle = config.middle();
    Step before = middleBlock(at.child("resnets.0"), width);
    Step after = middleBlock(at.child("resnets.1"), width);
    if (!middle.attends()) {
      return (x, t, pass) -> after.forward(before.forward(x, t, pass), t, pass);
    }
    UNet2DAttention attention = new UNet2DAttention(
        at.child("attentions.0"), config, width, middle.groups(), middle.divisor());
    return (x, t, pass) -> after.forward(attention.forward(before.forward(x, t, pass)), t, pass);
  }

  private Step middleBlock(Parameters at, int width) {
    double divisor = config.middle().divisor();
    return new UNet2DResBlock(at, config, width, width, x -> x, divisor);
  }

  private Level up(Parameters at, int level) {
    int width = config.width(level);
    int finer = config.width(Math.max(level - 1, 0));
    int coarser = config.width(Math.min(level + 1, config.levels().size() - 1));
    Side side = config.levels().get(level).up();
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i <= config.blocks(); i++) {
      int below = i == 0 ? coarser : width;
      int beside = i == config.blocks() ? finer : width;
      steps.add(step(at, i, side, below + beside, width));
    }
    if (level == 0) {
      return new Level(steps, Step.NOTHING);
    }
    Parameters doubling = at.child("upsamplers.0");
    if (side.resampling() == Resampling.RESIDUAL) {
      return new Level(
          steps, new UNet2DResBlock(doubling, config, width, width, x -> upsampleNearest(x, 2), 1));
    }
    Conv2d conv = new Conv2d(doubling.child("conv"), conv(width, width));
    return new Level(steps, (x, t, pass) -> conv.forward(upsampleNearest(x, 2)));
  }

  private Step step(Parameters at, int i, Side side, int cin, int cout) {
    UNet2DResBlock block = new UNet2DResBlock(at.child("resnets." + i), config, cin, cout);
    if (!side.attends()) {
      return block;
    }
    UNet2DAttention attention =
        new UNet2DAttention(at.child("attentions." + i), config, cout, config.groups(), 1);
    return (x, t, pass) -> Tape.tidy(() -> attention.forward(block.forward(x, t, pass)));
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public UNet2DConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C)
   * @return (N, H, W, C of the result)
   * @throws ShapeException if x does not fit or a size cannot be halved at every level
   */
  @Override
  public Variable predict(Query query) {
    Variable x = query.xt();
    query.condition().requireNoFormer("unet");
    int factor = 1 << (config.levels().size() - 1);
    new Fitting(Domain.IMAGE, config.channels(), factor).require(x.shape());
    return Tape.tidy(() -> run(config.centersInput() ? affine(x, 2, -1) : x, query));
  }

  private Variable run(Variable x, Query query) {
    Variable t = silu(known.forward(query, "unet")); // where each block's projection begins
    Variable h = hourglass.forward(first.forward(x), t, query.pass());
    return last.forward(lastNorm.forwardSiLU(h));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
