package brume.nn.prior;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
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
import brume.nn.init.Initializer;
import brume.nn.layer.Hiding;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Denoises the vector of a picture by what its words say. The tokens of the words, their vector, the
 * time, the noisy vector and a learned token stand in a row, in which each sees those before it; what
 * becomes of the last is the answer. It is asked with a {@link Context} of tokens and a vector.
 *
 * @see <a href="https://arxiv.org/abs/2204.06125">Ramesh et al., Hierarchical Text-Conditional Image
 *     Generation with CLIP Latents (2022), section 2.2</a>
 */
public final class PriorTransformer implements Network {

  private static final String NAME = "prior"; // in messages
  private static final TimeEncoding.Sinusoidal TIME = new TimeEncoding.Sinusoidal(10000, true, 0);
  private static final int MORE = 4; // tokens behind those of the words

  private final Parameters at;
  private final PriorConfig config;
  private final TimeEmbedding time;
  private final Linear ofNoisy;
  private final Optional<LayerNorm> vectorNorm;
  private final Linear ofVector;
  private final Linear ofTokens;
  private final Variable positions; // (1, L, dim)
  private final Variable asking; // (1, 1, dim)
  private final Optional<LayerNorm> firstNorm;
  private final List<PriorBlock> blocks = new ArrayList<>();
  private final LayerNorm lastNorm;
  private final Linear answer;
  private final Variable mean; // (1, channels) of the vectors of pictures
  private final Variable deviation; // (1, channels)

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public PriorTransformer(Device device, RandomKey key, PriorConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int dim = config.dim(), channels = config.channels();
    this.time = new TimeEmbedding(
        at.child("time_embedding"),
        TIME,
        dim,
        dim,
        new TimeEmbedding.Layers(
            "linear_1", "linear_2", Initialization.kaiming(), config.timeActivation()::of));
    this.ofNoisy = new Linear(at.child("proj_in"), channels, dim);
    this.vectorNorm = norm("embedding_proj_norm", config.normalizesVectors(), channels);
    this.ofVector = new Linear(at.child("embedding_proj"), channels, dim);
    this.ofTokens = new Linear(at.child("encoder_hidden_states_proj"), channels, dim);
    this.positions = at.add(
        "positional_embedding",
        Shape.of(1, config.tokens() + MORE, dim),
        StoredLayout.SAME,
        Initializer.constant(0));
    this.asking =
        at.add("prd_embedding", Shape.of(1, 1, dim), StoredLayout.SAME, Initializer.constant(0));
    this.firstNorm = norm("norm_in", config.normalizesTokens(), dim);
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(new PriorBlock(at.child("transformer_blocks." + i), config));
    }
    this.lastNorm = new LayerNorm(at.child("norm_out"), dim, PriorBlock.EPS);
    this.answer = new Linear(at.child("proj_to_clip_embeddings"), dim, channels);
    this.mean =
        at.add("clip_mean", Shape.of(1, channels), StoredLayout.SAME, Initializer.constant(0));
    this.deviation =
        at.add("clip_std", Shape.of(1, channels), StoredLayout.SAME, Initializer.constant(1));
  }

  private Optional<LayerNorm> norm(String name, boolean there, int channels) {
    return there
        ? Optional.of(new LayerNorm(at.child(name), channels, PriorBlock.EPS))
        : Optional.empty();
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public PriorConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, channels) noisy vectors, or (N, 1, 1, channels) where they stand for pictures, and in
   *     its condition the tokens of words and their vector
   * @return as the noisy vectors
   * @throws ShapeException if something is of another size
   */
  @Override
  public Variable predict(Query query) {
    Shape x = query.xt().shape();
    ShapeException.unless(
        x.rank() >= 2
            && x.dim(x.rank() - 1) == config.channels()
            && x.size() == x.dim(0) * config.channels(),
        "prior: expected x of shape (N, %1$d) or (N, 1, 1, %1$d), got %2$s",
        config.channels(),
        x);
    query.condition().requireNoFormer(NAME);
    query.condition().requireNoLabels(NAME);
    Context context = query.condition().context(NAME, x.dim(0));
    Shape expected = Shape.of(x.dim(0), config.tokens(), config.channels());
    ShapeException.unless(
        context.tokens().shape().equals(expected),
        "prior: expected tokens of shape %s, got %s",
        expected,
        context.tokens().shape());
    Query flat = query.map(vectors -> reshape(vectors, Shape.of(x.dim(0), config.channels())));
    return Tape.tidy(() -> reshape(run(flat, context), x));
  }

  private Variable run(Query query, Context context) {
    int samples = query.times().length;
    Variable vector = context.vector(NAME, config.channels());
    Variable words = vectorNorm.map(norm -> norm.forward(vector)).orElse(vector);
    Variable row = concatenate(
        1,
        ofTokens.forward(context.tokens()),
        asToken(ofVector.forward(words)),
        asToken(time.forward(query)),
        asToken(ofNoisy.forward(query.xt())),
        expand(reshape(asking, Shape.of(1, config.dim())), samples));
    Variable placed = add(row, positions);
    Variable h = firstNorm.map(norm -> norm.forward(placed)).orElse(placed);
    Variable summands = summands(context);
    for (PriorBlock block : blocks) {
      h = block.forward(h, summands);
    }
    int last = config.tokens() + MORE - 1;
    Variable end = slice(lastNorm.forward(h), 1, last, last + 1);
    return answer.forward(reshape(end, Shape.of(samples, config.dim())));
  }

  /** (N, dim) to (N, 1, dim). */
  private Variable asToken(Variable x) {
    return reshape(x, Shape.of(x.shape().dim(0), 1, config.dim()));
  }

  /** What keeps tokens from those behind them and from hidden words: (N or 1, 1, L, L), constant. */
  private Variable summands(Context context) {
    Variable causal = Hiding.LOWERED.causal(at.device(), config.tokens() + MORE);
    return Hiding.LOWERED
        .tokens(context, MORE)
        .map(hidden -> add(causal, hidden))
        .orElse(causal);
  }

  /**
   * The vector of a picture as encoders make it, of one that was denoised at a spread of one.
   *
   * @param denoised (N, channels)
   * @return denoised·deviation + mean
   */
  public Variable toPictureVector(Variable denoised) {
    return add(multiply(denoised, deviation), mean);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
