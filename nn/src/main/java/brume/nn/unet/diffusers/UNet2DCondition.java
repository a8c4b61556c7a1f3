package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Affine.affine;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.layer.Activation;
import brume.nn.layer.Conv2d;
import brume.nn.layer.Domain;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.unet.Fitting;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Hourglass.Step;
import brume.nn.unet.Told;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Kind;
import brume.nn.unet.diffusers.UNet2DConditionConfig.Level;
import brume.tensor.Device;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;

/**
 * The denoising network that attends to text, diffusers' {@code UNet2DConditionModel}: that of Stable
 * Diffusion 1, 2 and XL, of its upscalers, of unCLIP's decoder and of DeepFloyd's IF. It is asked with a
 * {@link Context} of tokens in its condition.
 *
 * @see <a href="https://arxiv.org/abs/2112.10752">Rombach et al., High-Resolution Image Synthesis with
 *     Latent Diffusion Models (2022), section 3.3</a>
 * @see <a href="https://arxiv.org/abs/2307.01952">Podell et al., SDXL (2023), section 2</a>
 */
public final class UNet2DCondition implements Network {

  private static final String NAME = "unet"; // in messages

  private final Parameters at;
  private final UNet2DConditionConfig config;
  private final Conv2d first;
  private final Known known;
  private final Optional<Linear> projection; // of tokens
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
  public UNet2DCondition(Device device, RandomKey key, UNet2DConditionConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int finest = config.levels().get(0).width();
    ResnetConfig block = config.resnet();
    this.first = new Conv2d(
        at.child("conv_in"), ResnetBlock.conv(config.channels(), finest, config.firstKernel()));
    this.known = new Known(at, config);
    this.projection = config.textChannels() == 0
        ? Optional.empty()
        : Optional.of(new Linear(
            at.child("encoder_hid_proj"),
            config.textChannels(),
            config.levels().get(0).tokenChannels()));
    this.hourglass = Levels.of(at, new Parts());
    this.lastNorm = new GroupNorm(at.child("conv_norm_out"), finest, block.groups(), block.eps());
    this.last = new Conv2d(
        at.child("conv_out"), ResnetBlock.conv(finest, config.outChannels(), config.lastKernel()));
  }

  /** What the levels are made of. */
  private final class Parts implements Levels {

    @Override
    public int count() {
      return config.levels().size();
    }

    @Override
    public int width(int level) {
      return config.levels().get(level).width();
    }

    @Override
    public int blocks(int level) {
      return config.levels().get(level).blocks();
    }

    @Override
    public Step down(Parameters at, int level, int i, int cin, int cout) {
      return step(at, config.levels().get(level).down(), level, i, cin, cout);
    }

    @Override
    public Step up(Parameters at, int level, int i, int cin, int cout) {
      return step(at, config.levels().get(level).up(), level, i, cin, cout);
    }

    private Step step(Parameters at, Kind kind, int level, int i, int cin, int cout) {
      ResnetBlock resnet = new ResnetBlock(at.child("resnets." + i), block(kind), cin, cout);
      Parameters place = at.child("attentions." + i);
      return then(resnet, attention(place, kind, config.levels().get(level), false));
    }

    private Step attention(Parameters at, Kind kind, Level level, boolean middle) {
      if (kind == Kind.CROSS) {
        Level seen = middle ? level.seeing(false) : level; // the middle always sees its pixels
        SpatialTransformer transformer = new SpatialTransformer(at, config, seen);
        return (x, told) -> transformer.forward(x, told.context().orElseThrow());
      }
      if (kind == Kind.SIMPLE_CROSS) {
        AddedAttention attention = new AddedAttention(
            at, config, level, middle ? config.middle().seesTokensOnly() : level.seesTokensOnly());
        return (x, told) -> attention.forward(x, told.context().orElseThrow());
      }
      return Step.NOTHING;
    }

    private ResnetConfig block(Kind kind) {
      return kind.isResidual()
          ? config
              .resnet()
              .withDivisor(config.residual().divisor())
              .withActivatedTime(config.residual().activatesTime())
          : config.resnet();
    }

    @Override
    public Step halving(Parameters at, int level) {
      Kind kind = config.levels().get(level).down();
      return kind.isResidual()
          ? Levels.halvingBlock(at, block(kind), width(level))
          : Levels.halvingConvolution(at, width(level), config.halvingPadding());
    }

    @Override
    public Step doubling(Parameters at, int level) {
      Kind kind = config.levels().get(level).up();
      return kind.isResidual()
          ? Levels.doublingBlock(at, block(kind), width(level))
          : new Doubling(at, width(level));
    }

    @Override
    public Step middle(Parameters at) {
      Kind kind = config.middle().kind();
      Level level = config.levels().get(count() - 1);
      int width = level.width();
      ResnetConfig divided = block(kind).withDivisor(config.middle().divisor());
      Step before = new ResnetBlock(at.child("resnets.0"), divided, width, width);
      if (kind == Kind.PLAIN) {
        return before;
      }
      Step attention = attention(at.child("attentions.0"), kind, level, true);
      Step after = new ResnetBlock(at.child("resnets.1"), divided, width, width);
      return then(then(before, attention), after);
    }

    private Step then(Step before, Step after) {
      return after == Step.NOTHING
          ? before
          : (x, told) -> Tape.tidy(() -> after.forward(before.forward(x, told), told));
    }
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public UNet2DConditionConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C), and in its condition tokens to attend to; labels for a table, and a
   *     vector or numbers of each sample, where the settings ask for them
   * @return (N, H, W, C of the result)
   * @throws ShapeException if x or what is known does not fit, or a size cannot be halved where blocks
   *     halve it
   */
  @Override
  public Variable predict(Query query) {
    Variable x = query.xt();
    query.condition().requireNoFormer(NAME);
    boolean even = config.levels().stream()
        .anyMatch(level -> level.down().isResidual() || level.up().isResidual());
    int factor = even ? 1 << (config.levels().size() - 1) : 1;
    new Fitting(Domain.IMAGE, config.channels(), factor).require(x.shape());
    Context context = query.condition().context(NAME, x.shape().dim(0));
    int channels =
        projection.isPresent() ? config.textChannels() : config.levels().get(0).tokenChannels();
    ShapeException.unless(
        context.tokens().shape().dim(2) == channels,
        "unet: expected tokens of %d numbers, got %s",
        channels,
        context.tokens().shape());
    return Tape.tidy(() -> run(config.centersInput() ? affine(x, 2, -1) : x, query, context));
  }

  private Variable run(Variable x, Query query, Context context) {
    Activation activation = config.resnet().activation();
    Variable time = known.forward(query);
    Context seen = projection
        .map(layer -> context.withTokens(layer.forward(context.tokens())))
        .orElse(context);
    Told told = new Told(time, activation.of(time), Optional.of(seen), query.pass());
    Variable h = hourglass.forward(first.forward(x), told);
    return last.forward(
        activation == Activation.SILU
            ? lastNorm.forwardSiLU(h)
            : activation.of(lastNorm.forward(h)));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
