package brume.nn.joint;

import static brume.autograd.function.norm.LayerNorm.layerNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.joint.JointBlock.Tokens;
import brume.nn.layer.Activation;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.diffusers.VectorEmbedding;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/**
 * The transformer of Stable Diffusion 3: squares of pixels and words become tokens that attend to all of
 * both, with weights of their own. It is asked with a {@link Context} of tokens and a vector.
 *
 * @see <a href="https://arxiv.org/abs/2403.03206">Esser et al., Scaling Rectified Flow Transformers for
 *     High-Resolution Image Synthesis (2024), section 4</a>
 */
public final class JointTransformer implements Network {

  private static final String NAME = "joint transformer"; // in messages
  private static final TimeEncoding.Sinusoidal TIME = new TimeEncoding.Sinusoidal(10000, true, 0);
  private static final TimeEncoding.Sinusoidal PLACES =
      new TimeEncoding.Sinusoidal(10000, false, 0);
  private static final int TIME_WAVES = 256;

  private final Parameters at;
  private final JointConfig config;
  private final Conv2d toTokens;
  private final Variable places; // (1, mostPlaces·mostPlaces, dim)
  private final TimeEmbedding time;
  private final VectorEmbedding ofVector;
  private final Linear ofWords;
  private final List<JointBlock> blocks = new ArrayList<>();
  private final Linear lastKnown;
  private final Linear head;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public JointTransformer(Device device, RandomKey key, JointConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int dim = config.dim(), patch = config.patch(), most = config.mostPlaces();
    this.places = at.child("pos_embed")
        .addFrozen(
            "pos_embed",
            Shape.of(1, most * most, dim),
            StoredLayout.SAME,
            (any, count) -> table(config));
    this.toTokens = new Conv2d(
        at.child("pos_embed.proj"),
        ConvConfig.of(Domain.IMAGE, config.channels(), dim, patch).withStride(patch, 0));
    Parameters told = at.child("time_text_embed");
    this.time = new TimeEmbedding(
        told.child("timestep_embedder"),
        TIME,
        TIME_WAVES,
        dim,
        new TimeEmbedding.Layers("linear_1", "linear_2", Initialization.kaiming(), x -> silu(x)));
    this.ofVector = new VectorEmbedding(
        told.child("text_embedder"), config.vectorChannels(), dim, Activation.SILU);
    this.ofWords = new Linear(at.child("context_embedder"), config.tokenChannels(), dim);
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(
          new JointBlock(at.child("transformer_blocks." + i), config, i == config.layers() - 1));
    }
    this.lastKnown = new Linear(at.child("norm_out.linear"), dim, 2 * dim);
    this.head = new Linear(at.child("proj_out"), dim, patch * patch * config.outChannels());
  }

  /** Waves of the column, then of the row, of every place, scaled to the size that was trained first. */
  private static float[] table(JointConfig config) {
    int most = config.mostPlaces(), half = config.dim() / 2;
    double[] coordinates = new double[most];
    for (int i = 0; i < most; i++) {
      coordinates[i] = (double) i * config.side() / most;
    }
    double[] waves = PLACES.encode(coordinates, half);
    float[] table = new float[most * most * 2 * half];
    for (int i = 0; i < table.length; i++) {
      int wave = i % half, place = i / (2 * half);
      boolean ofRow = i / half % 2 == 1;
      table[i] = (float) waves[(ofRow ? place / most : place % most) * half + wave];
    }
    return table;
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public JointConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C), and in its condition tokens of words and a vector; times from 0 to 1000
   * @return (N, H, W, channels of the answer)
   * @throws ShapeException if x is no multiple of the patch, larger than the table of places, or if
   *     something else is of another size
   */
  @Override
  public Variable predict(Query query) {
    Shape x = query.xt().shape();
    int most = config.mostPlaces() * config.patch();
    boolean fits = x.rank() == 4
        && x.dim(3) == config.channels()
        && x.dim(1) % config.patch() == 0
        && x.dim(2) % config.patch() == 0
        && x.dim(1) <= most
        && x.dim(2) <= most;
    ShapeException.unless(
        fits,
        "joint transformer: expected x of shape (N, H, W, %d), H and W multiples of %d up to %d, got %s",
        config.channels(),
        config.patch(),
        most,
        x);
    query.condition().requireNoFormer(NAME);
    query.condition().requireNoLabels(NAME);
    Context context = query.condition().context(NAME, x.dim(0));
    ShapeException.unless(
        context.tokens().shape().dim(2) == config.tokenChannels()
            && context.shown().isEmpty(),
        "joint transformer: expected tokens of %d numbers, all shown, got %s",
        config.tokenChannels(),
        context.tokens().shape());
    return Tape.tidy(() -> run(query, context));
  }

  private Variable run(Query query, Context context) {
    Variable squares = toTokens.forward(query.xt());
    Shape grid = squares.shape();
    int rows = grid.dim(1), columns = grid.dim(2);
    Variable known = silu(
        add(time.forward(query), ofVector.forward(context.vector(NAME, config.vectorChannels()))));
    Tokens tokens = new Tokens(
        add(
            reshape(squares, Shape.of(grid.dim(0), rows * columns, config.dim())),
            middle(rows, columns)),
        ofWords.forward(context.tokens()));
    for (JointBlock block : blocks) {
      tokens = block.forward(tokens, known);
    }
    Variable h = scaleShift(layerNorm(tokens.picture(), JointBlock.EPS), lastKnown.forward(known));
    return asPicture(head.forward(h), rows, columns);
  }

  /** The middle of the table of places: (1, rows·columns, dim). */
  private Variable middle(int rows, int columns) {
    int most = config.mostPlaces(), dim = config.dim();
    int top = (most - rows) / 2, left = (most - columns) / 2;
    Variable square = reshape(places, Shape.of(1, most, most, dim));
    Variable part = slice(slice(square, 1, top, top + rows), 2, left, left + columns);
    return reshape(part, Shape.of(1, rows * columns, dim));
  }

  /** (N, rows·columns, patch·patch·C) to (N, H, W, C). */
  private Variable asPicture(Variable tokens, int rows, int columns) {
    int n = tokens.shape().dim(0), patch = config.patch(), out = config.outChannels();
    Variable squares = reshape(tokens, Shape.of(n, rows, columns, patch, patch, out));
    return reshape(
        permute(squares, 0, 1, 3, 2, 4, 5), Shape.of(n, rows * patch, columns * patch, out));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
