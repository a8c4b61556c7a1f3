package brume.nn.karras;

import static brume.autograd.function.magnitude.MpAdd.mpAdd;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.Upkeep;
import brume.nn.layer.Positions;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A transformer for pictures whose layers keep magnitudes. Its layers, attention with a memory and then a
 * feed-forward part, are those of {@code MPImageTransformer} in denoising-diffusion-pytorch, which has
 * nothing around them; here squares of pixels become its tokens and are told where they stand, and time
 * and class act as in the residual blocks of {@link KarrasUNet}. An untrained network answers 0.
 *
 * @see <a href="https://arxiv.org/abs/2312.02696">Karras et al., Analyzing and Improving the Training
 *     Dynamics of Diffusion Models (2023): the operations</a>
 */
public final class MpTransformer implements Network {

  private final Parameters at;
  private final MpTransformerConfig config;
  private final Known known;
  private final MpConv first;
  private final List<Block> blocks = new ArrayList<>();
  private final MpConv last;
  private final Gain gain;
  private final ForcedNormalization forced;

  /** One layer. */
  private static final class Block implements Layer {
    private final Parameters at;
    private final MpAttention attention;
    private final MpFeedForward feedForward;

    Block(Parameters at, MpTransformerConfig config) {
      this.at = at;
      this.attention = new MpAttention(
          at.child("0"),
          Space.IMAGE,
          config.dim(),
          config.headDim(),
          config.residual(),
          MpAttention.Reach.ALL);
      this.feedForward = new MpFeedForward(at.child("1"), config);
    }

    @Override
    public List<NamedParameter> parameters() {
      return at.all();
    }
  }

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public MpTransformer(Device device, RandomKey key, MpTransformerConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int area = config.patch() * config.patch();
    this.known = new Known(
        at,
        config.waves(),
        config.timeScale(),
        config.knownDim(),
        KarrasUNetConfig.withNone(config.classes()),
        config.known());
    this.first = MpConv.withOnes(
        at.child("input_block"), Space.IMAGE, area * config.channels(), config.dim(), 1);
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(new Block(at.child("layers." + i), config));
    }
    this.last = new MpConv(
        at.child("output_block.0"), Space.IMAGE, config.dim(), area * config.outChannels(), 1);
    this.gain = new Gain(at.child("output_block.1"));
    this.forced = new ForcedNormalization(at.all());
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public MpTransformerConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C) pictures whose sides are multiples of the patch; a sample without a
   *     label has a class of its own
   * @return (N, H, W, channels of the answer)
   * @throws ShapeException if x does not fit
   */
  @Override
  public Variable predict(Query query) {
    Shape x = query.xt().shape();
    ShapeException.unless(
        x.rank() == 4
            && x.dim(3) == config.channels()
            && x.dim(1) % config.patch() == 0
            && x.dim(2) % config.patch() == 0,
        "mp-transformer: expected x (N, H, W, C) with C = %d and sides divisible by %d, got %s",
        config.channels(),
        config.patch(),
        x);
    query.condition().requireNoFormer("mp-transformer");
    return Tape.tidy(() -> run(query));
  }

  private Variable run(Query query) {
    if (query.pass().isTraining() && forced.isDue()) {
      forced.run();
    }
    Variable told = known.forward(query, "mp-transformer");
    Variable h = placed(first.forward(pixelUnshuffle(query.xt(), config.patch())));
    for (Block block : blocks) {
      h = query
          .pass()
          .part(
              block,
              List.of(h, told),
              inputs -> Tape.tidy(() -> block.feedForward.forward(
                  block.attention.forward(inputs.get(0)), inputs.get(1))));
    }
    return pixelShuffle(gain.forward(last.forward(h)), config.patch());
  }

  /** Tokens and where they stand, as waves of magnitude one. */
  private Variable placed(Variable tokens) {
    Shape shape = tokens.shape();
    int rows = shape.dim(1), columns = shape.dim(2), dim = config.dim();
    Variable table = Variable.constant(Positions.table(at.device(), rows, columns, dim));
    Variable each = reshape(scale(table, Math.sqrt(2)), Shape.of(rows, columns, dim));
    return mpAdd(tokens, expand(each, shape.dim(0)), config.positions());
  }

  @Override
  public OptionalInt knownChannels() {
    return OptionalInt.of(known.channels());
  }

  @Override
  public Optional<Upkeep> upkeep() {
    return Optional.of(forced);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
