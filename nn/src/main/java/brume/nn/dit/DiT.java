package brume.nn.dit;

import static brume.autograd.function.norm.LayerNorm.layerNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Linear;
import brume.nn.layer.Positions;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The diffusion transformer: squares of pixels become tokens, which attend to each other in one block
 * after the other and become squares again. A fixed table tells tokens where they stand; every block
 * is told time and class. An untrained network answers 0.
 *
 * @see <a href="https://arxiv.org/abs/2212.09748">Peebles and Xie, Scalable Diffusion Models with
 *     Transformers (2022)</a>
 */
public final class DiT implements Network {

  private static final double EPS = 1e-6; // of the last normalization

  private final Parameters at;
  private final DiTConfig config;
  private final Conv2d toTokens;
  private final Variable positions; // (1, L, dim)
  private final List<DiTBlock> blocks = new ArrayList<>();
  private final Linear modulation;
  private final Linear head;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public DiT(Device device, RandomKey key, DiTConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int dim = config.dim(), patch = config.patch();
    this.toTokens = new Conv2d(
        at.child("pos_embed.proj"),
        ConvConfig.of(Domain.IMAGE, config.channels(), dim, patch)
            .withStride(patch, 0)
            .withInitialization(Initialization.glorot(1)));
    this.positions =
        Variable.constant(Positions.table(device, config.rows(), config.columns(), dim));
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(new DiTBlock(at.child("transformer_blocks." + i), config));
    }
    this.modulation = new Linear(at.child("proj_out_1"), dim, 2 * dim, zero());
    this.head =
        new Linear(at.child("proj_out_2"), dim, patch * patch * config.outChannels(), zero());
  }

  /** Weights and biases that begin as zero. */
  static Initialization zero() {
    return Initialization.glorot(0);
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public DiTConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C) pictures of the configured size, and their classes if it knows some
   * @return (N, H, W, channels of the answer)
   * @throws ShapeException if the pictures have another size or other channels
   */
  @Override
  public Variable predict(Query query) {
    Shape x = query.xt().shape();
    ShapeException.unless(
        x.equals(Shape.of(x.dim(0), config.height(), config.width(), config.channels())),
        "dit: expected x of shape (N, %d, %d, %d), as its positions are fixed, got %s",
        config.height(),
        config.width(),
        config.channels(),
        x);
    query.condition().requireNoFormer("dit");
    return Tape.tidy(() -> run(query));
  }

  private Variable run(Query query) {
    int n = query.times().length, dim = config.dim();
    Variable tokens =
        reshape(toTokens.forward(query.xt()), Shape.of(n, config.rows() * config.columns(), dim));
    Variable h = add(tokens, positions);
    for (DiTBlock block : blocks) {
      h = block.forward(h, query);
    }
    Variable known = modulation.forward(silu(blocks.get(0).known(query))); // shift, then scale
    Variable scaleThenShift = concatenate(slice(known, 1, dim, 2 * dim), slice(known, 1, 0, dim));
    return asPicture(head.forward(scaleShift(layerNorm(h, EPS), scaleThenShift)));
  }

  /** (N, rows·columns, patch·patch·C) to (N, H, W, C). */
  private Variable asPicture(Variable tokens) {
    int n = tokens.shape().dim(0), patch = config.patch(), out = config.outChannels();
    Variable squares =
        reshape(tokens, Shape.of(n, config.rows(), config.columns(), patch, patch, out));
    return reshape(
        permute(squares, 0, 1, 3, 2, 4, 5), Shape.of(n, config.height(), config.width(), out));
  }

  @Override
  public OptionalInt knownChannels() {
    return OptionalInt.of(config.dim());
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
