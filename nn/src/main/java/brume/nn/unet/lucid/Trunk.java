package brume.nn.unet.lucid;

import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.reduce.Mean.mean;
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
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Downsample;
import brume.nn.layer.Norm;
import brume.nn.layer.SelfAttention;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.Fitting;
import brume.nn.unet.ResBlock;
import brume.nn.unet.ResBlockConfig;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The way down of a {@link UNet} and its middle, which tell the classes of noisy pictures by what is left
 * in the mean of all places, of many channels:
 *
 * <pre>
 *   x ─ 7×7 ─ block ... ─ half ─ ... ─ block ... ─ block ─ attention ─ block ─ mean of silu(norm) ─ 1×1 ─ y
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2105.05233">Dhariwal and Nichol, Diffusion Models Beat GANs on Image
 *     Synthesis (2021), section 4: "the downsampling trunk of the U-Net"</a>
 */
public final class Trunk implements Network {

  private static final String NAME = "trunk"; // in messages
  private static final TimeEncoding TIME = new TimeEncoding.Sinusoidal(10000);
  private static final TimeEmbedding.Layers TIME_LAYERS =
      new TimeEmbedding.Layers("1", "3", Initialization.kaiming(), Pointwise::gelu);

  private final Parameters at;
  private final TrunkConfig config;
  private final Conv2d initial;
  private final TimeEmbedding time;
  private final List<List<ResBlock>> downs = new ArrayList<>();
  private final List<UnaryOperator<Variable>> halvings = new ArrayList<>();
  private final ResBlock middle1;
  private final SelfAttention middleAttention;
  private final ResBlock middle2;
  private final Norm norm;
  private final Conv2d head;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public Trunk(Device device, RandomKey key, TrunkConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    ResBlockConfig blocks = new ResBlockConfig(
        BlockVersion.GROUP_NORM, Domain.IMAGE, config.timeDim(), config.groups(), 0);
    this.initial = conv(at.child("init_conv"), config.channels(), config.dim(), 7);
    this.time =
        new TimeEmbedding(at.child("time_mlp"), TIME, config.dim(), config.timeDim(), TIME_LAYERS);
    int width = config.dim(), levels = config.multipliers().size();
    for (int level = 0; level < levels; level++) {
      Parameters down = at.child("downs." + level);
      int own = config.dim() * config.multipliers().get(level);
      List<ResBlock> stage = new ArrayList<>();
      for (int i = 0; i < config.blocks(); i++) {
        stage.add(new ResBlock(down.child("" + i), blocks, i == 0 ? width : own, own));
      }
      downs.add(stage);
      halvings.add(
          level < levels - 1
              ? new Downsample(down.child("half"), Domain.IMAGE, own, own)::forward
              : UnaryOperator.identity());
      width = own;
    }
    this.middle1 = new ResBlock(at.child("mid_block1"), blocks, width, width);
    this.middleAttention = Stage.attention(
        at.child("mid_attn"),
        blocks,
        width,
        AttentionConfig.of(AttentionKind.FULL, config.heads(), config.headDim()));
    this.middle2 = new ResBlock(at.child("mid_block2"), blocks, width, width);
    this.norm = blocks.version().norm(at.child("norm"), blocks, width);
    this.head = conv(at.child("head"), width, config.classes(), 1);
  }

  private static Conv2d conv(Parameters at, int cin, int cout, int size) {
    return new Conv2d(at, ConvConfig.of(Domain.IMAGE, cin, cout, size));
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C) noisy pictures, of which nothing else is told
   * @return (N, 1, 1, K) logits
   * @throws ShapeException if x does not fit or a size cannot be halved at every level
   */
  @Override
  public Variable predict(Query query) {
    return Tape.tidy(() -> head.forward(pooled(query)));
  }

  @Override
  public Optional<Variable> features(Query query) {
    Variable pooled = Tape.tidy(() -> pooled(query));
    int samples = pooled.shape().dim(0);
    return Optional.of(reshape(pooled, Shape.of(samples, pooled.shape().size() / samples)));
  }

  /** (N, 1, 1, F). */
  private Variable pooled(Query query) {
    new Fitting(Domain.IMAGE, config.channels(), config.downsampleFactor())
        .require(query.xt().shape());
    query.condition().requireNoFormer(NAME);
    query.condition().requireNoLabels(NAME);
    Pass pass = query.pass();
    Variable t = silu(time.forward(query)); // where each block's projection begins
    Variable h = initial.forward(query.xt());
    for (int level = 0; level < downs.size(); level++) {
      for (ResBlock block : downs.get(level)) {
        h = block.forward(h, t, pass);
      }
      h = halvings.get(level).apply(h);
    }
    h = middle1.forward(h, t, pass);
    h = Stage.residual(middleAttention, h, pass);
    h = middle2.forward(h, t, pass);
    return mean(norm.forwardSiLU(h), Axes.of(1, 2).keep());
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
