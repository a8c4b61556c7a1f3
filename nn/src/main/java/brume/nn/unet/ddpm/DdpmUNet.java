package brume.nn.unet.ddpm;

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
import brume.nn.layer.Conv2d;
import brume.nn.layer.Domain;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.SameConv2d;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.Fitting;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Hourglass.Level;
import brume.nn.unet.Hourglass.Step;
import brume.nn.unet.Told;
import brume.tensor.Device;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The denoising network of ddpm-torch, after the original of Ho et al. Unlike in that of
 * denoising-diffusion-pytorch, every result on the way down comes back on the way up, halvings
 * included, and time shifts but does not scale.
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al., Denoising Diffusion Probabilistic Models
 *     (2020), appendix B</a>
 */
public final class DdpmUNet implements Network {

  private static final TimeEncoding.Sinusoidal ENCODING =
      new TimeEncoding.Sinusoidal(10000); // θ of Vaswani et al. (2017)
  private static final TimeEmbedding.Layers TIME =
      new TimeEmbedding.Layers("0", "2", DdpmResBlock.GLOROT, Pointwise::silu);

  private final Parameters at;
  private final DdpmUNetConfig config;
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
  public DdpmUNet(Device device, RandomKey key, DdpmUNetConfig config) {
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
  public DdpmUNet(Device device, RandomKey key, DdpmUNetConfig config, int classes) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int dim = config.dim(), levels = config.levels();
    TimeEmbedding time =
        new TimeEmbedding(at.child("embed"), ENCODING, dim, config.timeDim(), TIME);
    this.known = TimeAndClass.added(at, time::forward, config.timeDim(), classes);
    this.first = new Conv2d(at.child("in_conv"), DdpmResBlock.conv(config.channels(), dim, 3));
    List<Level> downs = new ArrayList<>(), ups = new ArrayList<>();
    for (int level = 0; level < levels; level++) {
      downs.add(down(at.child("downsamples.level_" + level), level));
    }
    Step middle = middle(at.child("middle"));
    for (int level = 0; level < levels; level++) {
      ups.add(up(at.child("upsamples.level_" + level), level));
    }
    this.hourglass = new Hourglass(downs, middle, ups);
    this.lastNorm = new GroupNorm(at.child("out_conv.0"), dim, config.groups(), DdpmResBlock.EPS);
    this.last = new Conv2d(
        at.child("out_conv.2"),
        DdpmResBlock.conv(dim, config.outChannels(), 3)
            .withInitialization(DdpmResBlock.NEARLY_ZERO));
  }

  private Level down(Parameters at, int level) {
    int width = config.width(level), finer = config.width(Math.max(level - 1, 0));
    List<Step> stages = new ArrayList<>();
    for (int i = 0; i < config.blocks(); i++) {
      stages.add(new DdpmStage(at.child("" + i), config, level, i == 0 ? finer : width, width));
    }
    if (level == config.levels() - 1) {
      return new Level(stages, Step.NOTHING);
    }
    if (!config.convolvedResampling()) {
      return new Level(stages, (x, told) -> averagePool(x, 2));
    }
    SameConv2d conv = new SameConv2d(
        at.child(config.blocks() + ".1"), DdpmResBlock.conv(width, width, 3).withStride(2, 0));
    return new Level(stages, (x, told) -> conv.forward(x));
  }

  private Level up(Parameters at, int level) {
    int width = config.width(level);
    int finer = config.width(Math.max(level - 1, 0));
    int coarser = config.width(Math.min(level + 1, config.levels() - 1));
    List<Step> stages = new ArrayList<>();
    for (int i = 0; i <= config.blocks(); i++) {
      int below = i == 0 ? coarser : width;
      int beside = i == config.blocks() ? finer : width;
      stages.add(new DdpmStage(at.child("" + i), config, level, below + beside, width));
    }
    if (level == 0) {
      return new Level(stages, Step.NOTHING);
    }
    if (!config.convolvedResampling()) {
      return new Level(stages, (x, told) -> upsampleNearest(x, 2));
    }
    Conv2d conv =
        new Conv2d(at.child(config.blocks() + 1 + ".1"), DdpmResBlock.conv(width, width, 3));
    return new Level(stages, (x, told) -> conv.forward(upsampleNearest(x, 2)));
  }

  private Step middle(Parameters at) {
    int width = config.width(config.levels() - 1);
    DdpmResBlock before = new DdpmResBlock(at.child("0"), config, width, width);
    DdpmAttention attention = new DdpmAttention(at.child("1"), config, width);
    DdpmResBlock after = new DdpmResBlock(at.child("2"), config, width, width);
    return (x, told) -> {
      Variable t = told.activatedTime();
      Variable h = attention.forward(before.forward(x, t, told.pass()));
      return after.forward(h, t, told.pass());
    };
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public DdpmUNetConfig config() {
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
    new Fitting(Domain.IMAGE, config.channels(), 1 << (config.levels() - 1)).require(x.shape());
    return Tape.tidy(() -> run(query));
  }

  private Variable run(Query query) {
    Variable t = silu(known.forward(query, "unet")); // where each block's projection begins
    Variable h = hourglass.forward(first.forward(query.xt()), Told.of(t, query.pass()));
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
