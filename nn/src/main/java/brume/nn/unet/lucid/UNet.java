package brume.nn.unet.lucid;

import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Downsample;
import brume.nn.layer.SelfAttention;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.Upsample;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.Fitting;
import brume.nn.unet.ResBlock;
import brume.nn.unet.ResBlockConfig;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * The denoising network of denoising-diffusion-pytorch, for images and signals. On the way down every
 * level keeps two results, on the way up they come back as additional channels:
 *
 * <pre>
 *   x ─ 7×7 ─┬─ block ─┬─ block ─ attention ─┬─ half ─ ... ─ block ─ attention ─ block ─ ...
 *            │         └───────────────────┐ └──────────────────┐
 *            │            ... ─ double ─ block ─ attention ─ block ─ ... ─┬─ block ─ 1×1 ─ y
 *            └────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Every block is told the time. Outside of training, intermediate results are freed block by block.
 *
 * @see <a href="https://arxiv.org/abs/1505.04597">Ronneberger et al., U-Net (2015)</a>
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al., Denoising Diffusion Probabilistic Models
 *     (2020), appendix B</a>
 */
public final class UNet implements Network {

  private static final TimeEmbedding.Layers TIME =
      new TimeEmbedding.Layers("1", "3", Initialization.kaiming(), Pointwise::gelu);

  private final Parameters at;
  private final UNetConfig config;
  private final Conv2d initial;
  private final TimeAndClass known;
  private final List<Stage> downs = new ArrayList<>();
  private final List<UnaryOperator<Variable>> halvings = new ArrayList<>();
  private final ResBlock middle1;
  private final SelfAttention middleAttention;
  private final ResBlock middle2;
  private final List<Stage> ups = new ArrayList<>();
  private final List<UnaryOperator<Variable>> doublings = new ArrayList<>();
  private final ResBlock last;
  private final Conv2d head;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public UNet(Device device, RandomKey key, UNetConfig config) {
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
  public UNet(Device device, RandomKey key, UNetConfig config, int classes) {
    this.at = Parameters.of(device, key);
    this.config = config;
    Domain domain = config.domain();
    List<Integer> widths = config.widths();
    int levels = widths.size() - 1, coarsest = widths.get(levels);

    int seen = config.channels() * (config.selfCondition() ? 2 : 1);
    this.initial =
        new Conv2d(at.child("init_conv"), ConvConfig.of(domain, seen, config.initialDim(), 7));
    TimeEmbedding time = new TimeEmbedding(
        at.child("time_mlp"), config.timeEncoding(), config.dim(), config.timeDim(), TIME);
    this.known = TimeAndClass.beside(at, time::forward, config.dim(), config.timeDim(), classes);
    ResBlockConfig blocks = config.blocks(classes > 0);

    for (int level = 0; level < levels; level++) {
      Parameters down = at.child("downs." + level);
      int fine = widths.get(level), coarse = widths.get(level + 1);
      downs.add(stage(down, blocks, level, fine, fine));
      halvings.add(
          level < levels - 1
              ? halving(down.child("3"), fine, coarse)
              : new Conv2d(down.child("3"), ConvConfig.of(domain, fine, coarse, 3))::forward);
    }

    this.middle1 = new ResBlock(at.child("mid_block1"), blocks, coarsest, coarsest);
    this.middleAttention = Stage.attention(
        at.child("mid_attn"), blocks, coarsest, config.attention().middle());
    this.middle2 = new ResBlock(at.child("mid_block2"), blocks, coarsest, coarsest);

    for (int level = levels - 1; level >= 0; level--) {
      Parameters up = at.child("ups." + (levels - 1 - level));
      int fine = widths.get(level), coarse = widths.get(level + 1);
      ups.add(stage(up, blocks, level, coarse + fine, coarse));
      doublings.add(
          level > 0
              ? new Upsample(up.child("3"), domain, coarse, fine)::forward
              : new Conv2d(up.child("3"), ConvConfig.of(domain, coarse, fine, 3))::forward);
    }

    int first = config.initialDim();
    this.last = new ResBlock(at.child("final_res_block"), blocks, 2 * first, first);
    this.head =
        new Conv2d(at.child("final_conv"), ConvConfig.of(domain, first, config.outChannels(), 1));
  }

  private Stage stage(Parameters at, ResBlockConfig blocks, int level, int cin, int cout) {
    return new Stage(at, blocks, config.attention().levels().get(level), cin, cout);
  }

  private UnaryOperator<Variable> halving(Parameters at, int fine, int coarse) {
    return config.version() == BlockVersion.GUIDED
        ? new Conv2d(at, ConvConfig.of(config.domain(), fine, coarse, 4).withStride(2, 1))::forward
        : new Downsample(at, config.domain(), fine, coarse)::forward;
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public UNetConfig config() {
    return config;
  }

  /**
   * Applies the network. Where it sees a former estimate and there is none, that is zero.
   *
   * @param query of (N, H, W, C) images or (N, L, C) signals
   * @return of the shape of x with the result's channels
   * @throws ShapeException if x does not fit or a size cannot be halved at every level
   */
  @Override
  public Variable predict(Query query) {
    Variable x = query.xt();
    new Fitting(config.domain(), config.channels(), config.downsampleFactor()).require(x.shape());
    if (!config.selfCondition()) {
      query.condition().requireNoFormer("unet");
    }
    return Tape.tidy(() -> run(query, config.selfCondition() ? query.withFormer() : x));
  }

  @Override
  public boolean isSelfConditioned() {
    return config.selfCondition();
  }

  private Variable run(Query query, Variable seen) {
    Pass pass = query.pass();
    Variable t = silu(known.forward(query, "unet")); // where each block's projection begins
    Iterator<Variable> told = ResBlock.told(blocks(), t).iterator();
    Variable first = initial.forward(asImage(seen));
    Deque<Variable> skips = new ArrayDeque<>();

    Variable h = first;
    for (int i = 0; i < downs.size(); i++) {
      Stage stage = downs.get(i);
      h = stage.block1().forwardTold(h, told.next(), pass);
      skips.push(h);
      h = stage.attend(stage.block2().forwardTold(h, told.next(), pass), pass);
      skips.push(h);
      h = halvings.get(i).apply(h);
    }
    h = middle1.forwardTold(h, told.next(), pass);
    h = Stage.residual(middleAttention, h, pass);
    h = middle2.forwardTold(h, told.next(), pass);
    for (int i = 0; i < ups.size(); i++) {
      Stage stage = ups.get(i);
      h = withChannelsOf(skips.pop(), h, stage.block1(), told.next(), pass);
      h = stage.attend(withChannelsOf(skips.pop(), h, stage.block2(), told.next(), pass), pass);
      Variable small = h;
      h = doublings.get(i).apply(small);
      small.release();
    }
    h = withChannelsOf(first, h, last, told.next(), pass);
    return reshape(head.forward(h), query.xt().shape().with(-1, config.outChannels()));
  }

  /** All of them, in the order in which they are applied. */
  private List<ResBlock> blocks() {
    List<ResBlock> blocks = new ArrayList<>();
    downs.forEach(stage -> blocks.addAll(List.of(stage.block1(), stage.block2())));
    blocks.addAll(List.of(middle1, middle2));
    ups.forEach(stage -> blocks.addAll(List.of(stage.block1(), stage.block2())));
    blocks.add(last);
    return blocks;
  }

  private static Variable withChannelsOf(
      Variable skip, Variable h, ResBlock block, Variable told, Pass pass) {
    return Tape.tidy(() -> {
      Variable joined = concatenate(h, skip);
      Variable y = block.forwardTold(joined, told, pass);
      joined.spare();
      h.release(); // unless what was joined is made again from them
      skip.release();
      return y;
    });
  }

  private Variable asImage(Variable x) {
    Shape shape = x.shape();
    return config.domain() == Domain.IMAGE
        ? x
        : reshape(x, Shape.of(shape.dim(0), 1, shape.dim(1), shape.dim(2)));
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
