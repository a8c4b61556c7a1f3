package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Pointwise.silu;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.layer.Activation;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEmbedding;
import brume.nn.unet.Fitting;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Hourglass.Step;
import brume.nn.unet.Told;
import brume.nn.unet.diffusers.UNet2DConfig.Resampling;
import brume.nn.unet.diffusers.UNet2DConfig.Side;
import brume.tensor.Device;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.OptionalInt;

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
  private final ResnetConfig block;
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
    int finest = config.width(0);
    this.first = new Conv2d(at.child("conv_in"), conv(config.channels(), finest));
    TimeEmbedding time = new TimeEmbedding(
        at.child("time_embedding"), config.timeEncoding(), finest, config.timeDim(), TIME);
    this.known = TimeAndClass.added(at, time::forward, config.timeDim(), classes);
    this.block = new ResnetConfig(
        config.groups(),
        config.eps(),
        config.timeDim(),
        config.scalesByTime(),
        Activation.SILU,
        true,
        config.dropout(),
        1);
    this.hourglass = Levels.of(at, new Parts());
    this.lastNorm = new GroupNorm(at.child("conv_norm_out"), finest, config.groups(), config.eps());
    this.last = new Conv2d(at.child("conv_out"), conv(finest, config.outChannels()));
  }

  private static ConvConfig conv(int cin, int cout) {
    return ResnetBlock.conv(cin, cout, 3);
  }

  /** What the levels are made of. */
  private final class Parts implements Levels {

    @Override
    public int count() {
      return config.levels().size();
    }

    @Override
    public int width(int level) {
      return config.width(level);
    }

    @Override
    public int blocks(int level) {
      return config.blocks();
    }

    @Override
    public Step down(Parameters at, int level, int i, int cin, int cout) {
      return step(at, config.levels().get(level).down(), i, cin, cout);
    }

    @Override
    public Step up(Parameters at, int level, int i, int cin, int cout) {
      return step(at, config.levels().get(level).up(), i, cin, cout);
    }

    private Step step(Parameters at, Side side, int i, int cin, int cout) {
      ResnetBlock resnet = new ResnetBlock(at.child("resnets." + i), block, cin, cout);
      if (!side.attends()) {
        return resnet;
      }
      PixelAttention attention = attention(at.child("attentions." + i), cout, config.groups(), 1);
      return (x, told) -> Tape.tidy(() -> attention.forward(resnet.forward(x, told)));
    }

    private PixelAttention attention(Parameters at, int width, int groups, double divisor) {
      return new PixelAttention(at, width, config.headDim(), groups, config.eps(), divisor);
    }

    @Override
    public Step halving(Parameters at, int level) {
      return config.levels().get(level).down().resampling() == Resampling.RESIDUAL
          ? Levels.halvingBlock(at, block, width(level))
          : Levels.halvingConvolution(at, width(level), config.halvingPadding());
    }

    @Override
    public Step doubling(Parameters at, int level) {
      return config.levels().get(level).up().resampling() == Resampling.RESIDUAL
          ? Levels.doublingBlock(at, block, width(level))
          : new Doubling(at, width(level));
    }

    @Override
    public Step middle(Parameters at) {
      int width = width(count() - 1);
      UNet2DConfig.Middle middle = config.middle();
      ResnetConfig divided = block.withDivisor(middle.divisor());
      Step before = new ResnetBlock(at.child("resnets.0"), divided, width, width);
      Step after = new ResnetBlock(at.child("resnets.1"), divided, width, width);
      if (!middle.attends()) {
        return (x, told) -> after.forward(before.forward(x, told), told);
      }
      PixelAttention attention =
          attention(at.child("attentions.0"), width, middle.groups(), middle.divisor());
      return (x, told) -> after.forward(attention.forward(before.forward(x, told)), told);
    }
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
    Variable h = hourglass.forward(first.forward(x), Told.of(t, query.pass()));
    return last.forward(lastNorm.forwardSiLU(h));
  }

  @Override
  public OptionalInt knownChannels() {
    return OptionalInt.of(known.channels());
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
