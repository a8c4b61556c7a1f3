package brume.nn.unet.blog;

import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.resample.MaxPool.maxPool;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.ConvTranspose2d;
import brume.nn.layer.Domain;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.Fitting;
import brume.nn.unet.ResBlock;
import brume.tensor.Device;
import brume.tensor.ShapeException;
import brume.tensor.kernel.PoolGeometry.Window;
import brume.tensor.random.RandomKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * A denoising network that is told the time by attention: at every level the positions see one more
 * key and value, which the time makes. Residual blocks do not see it. Resolution is halved by taking
 * maxima and doubled by transposed convolutions.
 */
public final class ConditionalUNet implements Network {

  private static final TimeEncoding.Sinusoidal ENCODING =
      new TimeEncoding.Sinusoidal(10000); // θ of Vaswani et al. (2017)
  private static final TimeEmbedding.Layers TIME =
      new TimeEmbedding.Layers("0", "2", Initialization.kaiming(), Pointwise::gelu);
  private static final Window HALVING = Window.square(2, 2, 0);

  private final Parameters at;
  private final ConditionalUNetConfig config;
  private final TimeAndClass known;
  private final List<Level> downs = new ArrayList<>(); // finest first
  private final ResBlock middle1;
  private final ConditionalAttention middleAttention;
  private final ResBlock middle2;
  private final List<ConvTranspose2d> doublings = new ArrayList<>(); // coarsest first
  private final List<Level> ups = new ArrayList<>(); // coarsest first
  private final Conv2d head;

  private record Level(ResBlock block1, ResBlock block2, ConditionalAttention attention) {}

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public ConditionalUNet(Device device, RandomKey key, ConditionalUNetConfig config) {
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
  public ConditionalUNet(Device device, RandomKey key, ConditionalUNetConfig config, int classes) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int timeDim = config.timeDim(), levels = config.levels(), coarsest = config.width(levels);
    TimeEmbedding time = new TimeEmbedding(at.child("mlp_t"), ENCODING, timeDim, timeDim, TIME);
    this.known = TimeAndClass.added(at, time::forward, timeDim, classes);
    for (int level = 0; level < levels; level++) {
      int seen = level == 0 ? config.channels() : config.width(level - 1);
      int width = config.width(level);
      downs.add(level(at.child("downs." + level), seen, width, width));
    }
    this.middle1 =
        new ResBlock(at.child("mid_res1"), config.blocks(), config.width(levels - 1), coarsest);
    this.middleAttention =
        new ConditionalAttention(at, "mid_", "mid_mlp", config, coarsest, AttentionKind.FULL);
    this.middle2 = new ResBlock(at.child("mid_res2"), config.blocks(), coarsest, coarsest);
    for (int i = 0; i < levels; i++) {
      Parameters up = at.child("ups." + i);
      int width = config.width(levels - 1 - i), coarser = 2 * width;
      doublings.add(new ConvTranspose2d(up.child("up"), coarser, width, 2));
      ups.add(level(up, coarser, coarser, width));
    }
    this.head = new Conv2d(
        at.child("final_conv"),
        ConvConfig.of(Domain.IMAGE, config.width(0), config.outChannels(), 1));
  }

  /** Two residual blocks, which see channels of their own, and attention over what they make. */
  private Level level(Parameters at, int seen1, int seen2, int width) {
    return new Level(
        new ResBlock(at.child("res1"), config.blocks(), seen1, width),
        new ResBlock(at.child("res2"), config.blocks(), seen2, width),
        new ConditionalAttention(at, "", "mlp1", config, width, AttentionKind.LINEAR));
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public ConditionalUNetConfig config() {
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
    new Fitting(Domain.IMAGE, config.channels(), config.downsampleFactor()).require(x.shape());
    return Tape.tidy(() -> run(query));
  }

  private Variable run(Query query) {
    Pass pass = query.pass();
    Variable t = silu(known.forward(query, "unet")); // where each level's projection begins

    Variable h = query.xt();
    Deque<Variable> skips = new ArrayDeque<>();
    for (Level level : downs) {
      Variable first = level.block1().forward(h, pass);
      Variable second = level.block2().forward(first, pass);
      skips.push(first);
      skips.push(second);
      h = Tape.tidy(() -> maxPool(level.attention().forward(second, t), HALVING));
    }
    Variable deepest = h;
    h = Tape.tidy(
        () -> middle2.forward(middleAttention.forward(middle1.forward(deepest, pass), t), pass));
    for (int i = 0; i < ups.size(); i++) {
      Level level = ups.get(i);
      ConvTranspose2d doubling = doublings.get(i);
      Variable below = h, second = skips.pop(), first = skips.pop();
      h = Tape.tidy(() -> {
        Variable y = concatenate(doubling.forward(below), second);
        y = level.block2().forward(concatenate(level.block1().forward(y, pass), first), pass);
        return level.attention().forward(y, t);
      });
    }
    return head.forward(h);
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
